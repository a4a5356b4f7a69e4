import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { maskHeatmap } from '../../src/report/charts/cells/mask-heatmap.js'
import { learningCurves } from '../../src/report/charts/runs/learning-curves.js'
import { htmlReport, type Report } from '../../src/report/html/report.js'

const hostile = `</style><script>alert("1")</script> & 'x'`
const map = { title: hostile, features: ['f'], classes: ['a', 'b'], values: [[0.1, 0.9]] }

async function sample(): Promise<Report> {
  const svg = maskHeatmap(map)
  return {
    title: hostile,
    subtitle: hostile,
    footer: hostile,
    sections: [
      {
        title: hostile,
        blocks: [
          { kind: 'prose', text: `one ${hostile}\n\ntwo` },
          { kind: 'notice', text: 'Synthetic data.' },
          { kind: 'facts', facts: [[hostile, hostile]] },
          {
            kind: 'table',
            table: { caption: hostile, columns: [{ header: hostile }], rows: [[hostile]] },
          },
          { kind: 'figure', svg, caption: hostile },
          { kind: 'figure', svg, caption: 'again' },
        ],
      },
    ],
  }
}

describe('the HTML report', () => {
  it('escapes everything', async () => {
    const html = htmlReport(await sample())
    expect(html).not.toMatch(/<script/i)
    expect(html.match(/<\/style>/g)?.length).toBe(1)
    expect(html).toContain('<p>one &lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)')
    expect(html).toContain('</p>\n<p>two</p>')
    expect(html).toContain('<aside role="note"><p>Synthetic data.</p></aside>')
    expect(html).toContain('<figcaption>Figure 2. again</figcaption>')
    expect(html).toContain('<caption>Table 1. ')
  })

  it('needs nothing from elsewhere', async () => {
    const html = htmlReport(await sample())
    expect(html).not.toMatch(/\s(?:src|srcset|href|action|data)\s*=/i)
    expect(html).not.toMatch(/@import|url\((?!#)/i)
    expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'`)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('name="viewport"')
    expect(html).toContain('prefers-color-scheme: dark')
  })

  it('shrinks its charts to a phone, and leaves no paper empty', async () => {
    const html = htmlReport(await sample())
    expect(html).toContain('content="width=device-width, initial-scale=1"')
    expect(html).toMatch(/figure svg \{ display: block; max-width: 100%; height: auto; \}/)
    expect(html).not.toMatch(/min-width: \d+rem; \}\s*figure|max\(100%/)
    expect(html).not.toMatch(/break-(before|after): page/)
    expect(html).toMatch(/<svg [^>]*viewBox="/)
  })

  it('keeps the ids of its figures apart, and every reference has its target', async () => {
    const html = htmlReport(await sample())
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(ids.length)
    const references = [...html.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id)
    expect(references.length).toBeGreaterThan(1)
    for (const reference of references) expect(ids).toContain(reference)
  })

  it.each([
    ['<p>no</p>', /not an SVG/],
    ['<svg><script>1</script></svg>', /<script>/],
    ['<svg><g onload="x()"></g></svg>', /event handlers/],
    ['<svg><rect fill="url(https://x.org/a#b)"/></svg>', /other files/],
    ['<svg><g xlink:href="https://x.org"/></svg>', /other files/],
    [`<svg><g fill="a>b" href='#x'/></svg>`, /other files/],
    ['<svg><!-- --></svg>', /<!-->/],
    ['<svg><image href="https://x.org/a.png"/></svg>', /other files/],
    ['<svg><foreignObject/></svg>', /<foreignObject>/],
    ['<svg></svg><img src="x"></svg>', /<img>/],
  ])('refuses a figure that is more than a picture: %s', (svg, message) => {
    const sections = [{ title: 's', blocks: [{ kind: 'figure' as const, svg, caption: 'c' }] }]
    expect(() => htmlReport({ title: 'Report', sections })).toThrowError(message)
    expect(() => htmlReport({ title: 'Report', sections })).toThrowError(/^Report, figure 1/)
  })

  it('takes every kind of chart', async () => {
    const svg = await learningCurves({
      title: 'Loss',
      figure: 'L1',
      series: [
        {
          name: 's',
          runs: [
            [1, 0.5],
            [0.9, 0.6],
          ],
        },
      ],
    })
    const sections = [{ title: 's', blocks: [{ kind: 'figure' as const, svg, caption: 'c' }] }]
    expect(htmlReport({ title: 'Report', sections })).toContain('<svg')
  })

  it('takes words that look like references for words', async () => {
    const words = 'url(http://x.org) href="#a" id="b" onload="c"'
    const runs = [[1, 0.5]]
    const svg = await learningCurves({
      title: words,
      figure: words,
      series: [{ name: words, runs }],
    })
    const sections = [{ title: 's', blocks: [{ kind: 'figure' as const, svg, caption: words }] }]
    expect(htmlReport({ title: 'Report', sections })).toContain(
      'url(http://x.org) href="#a" id="b"',
    )
  })
})

describe('the report room', () => {
  it('does not load Vega before a chart is drawn', () => {
    const room = resolve(import.meta.dirname, '../../src/report')
    const names = readdirSync(room, { recursive: true, encoding: 'utf8' })
    const files = names.filter((name) => name.endsWith('.ts')).map((name) => resolve(room, name))
    expect(files.length).toBeGreaterThan(10)
    for (const file of files) {
      const source = readFileSync(file, 'utf8')
      expect(source, file).not.toMatch(/^import (?!type)[^;]*?from 'vega(-lite)?'/m)
    }
  })
})
