import { describe, expect, it } from 'vitest'
import { boxPlots, classBars, waterfall } from '../../src/report/index.js'

/** The texts that a reader sees, in order. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(text|tspan)[^>]*>([^<]+)<\/\1>/g)].map(([, , text]) => text ?? '')
}

/** The marks of one kind: their paths' attributes. */
function marksOf(svg: string, role: string): string[] {
  const groups = svg.matchAll(
    new RegExp(`<g class="mark-${role} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs'),
  )
  return [...groups].flatMap(([, inside = '']) => inside.match(/<(?:path|line) [^>]*>/g) ?? [])
}

describe('box plots', () => {
  const groups = [
    { name: 'MulT', values: [0.8, 0.82, 0.79, 0.85], reported: 0.84 },
    { name: 'MulT', values: [0.7] },
  ]

  it('have a box, a median and its dots a group, and names that may be the same', async () => {
    const svg = await boxPlots({ title: 'Accuracy', figure: 'Accuracy', groups })
    // A median is a thin rectangle, too.
    expect(marksOf(svg, 'rect').length).toBe(2 + 2)
    expect(marksOf(svg, 'symbol').length).toBe(5 + 1)
    expect(textsOf(svg).filter((text) => text === 'MulT').length).toBe(2)
    expect(svg).toContain('aria-label="MulT: median 0.8100, 4 runs"')
    expect(textsOf(svg)).toContain('Diamond: published figure')
  })

  it('put the box where the quartiles are', async () => {
    const svg = await boxPlots({
      title: 'T',
      figure: 'F',
      groups: [{ name: 'a', values: [0, 1, 2, 3, 100] }],
    })
    // NumPy: quartiles 1 and 3 of 0 .. 100, on an axis of 460 pixels.
    const [, left, , wide] =
      /d="M([\d.]+),([\d.]+)h([\d.]+)/.exec(marksOf(svg, 'rect')[0] ?? '') ?? []
    expect(Number(left)).toBeCloseTo(4.6, 6)
    expect(Number(wide)).toBeCloseTo(9.2, 6)
  })

  it('refuse what cannot be drawn', () => {
    const draw = (values: readonly number[]) => () =>
      boxPlots({ title: 'T', figure: 'F', groups: [{ name: 'a', values }] })
    expect(draw([])).toThrowError(/T, a: no figure to draw/)
    expect(draw([Number.NaN])).toThrowError(/finite/)
    expect(() => boxPlots({ title: 'T', figure: 'F', groups: [] })).toThrowError(/nothing to draw/)
  })
})

describe('bars of classes', () => {
  const classes = ['happy', 'sad']
  const chart = { title: 'F1', figure: 'F1', classes }

  it('have a bar a class and group, side by side, and none where there is no figure', async () => {
    const svg = await classBars({
      ...chart,
      groups: [
        {
          name: 'one',
          values: [
            [0.5, 0.7],
            [0.2, 0.4],
          ],
        },
        { name: 'other', values: [[0.5], [Number.NaN]] },
      ],
    })
    expect(marksOf(svg, 'rect').length).toBe(3)
    expect(marksOf(svg, 'rule').length).toBe(2)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['happy', 'sad', 'one', 'other', 'F1']))
    expect(svg).toContain('aria-label="happy, one: 0.600"')
    const tops = marksOf(svg, 'rect').map((path) => /d="M[\d.]+,([\d.]+)/.exec(path)?.[1])
    expect(new Set(tops).size).toBe(3)
  })

  it('refuse what does not fit', () => {
    const one = { name: 'one', values: [[0.5], [0.5]] }
    expect(() => classBars({ ...chart, groups: [] })).toThrowError(/2 classes, 0 groups/)
    expect(() => classBars({ ...chart, groups: Array(7).fill(one) })).toThrowError(/1 to 6 groups/)
    expect(() => classBars({ ...chart, groups: [{ name: 'x', values: [[1]] }] })).toThrowError(
      /F1, x: the number of figures differs from the number of classes/,
    )
  })
})

describe('a waterfall', () => {
  const end = (name: string, value: number) => ({ name, value, label: value.toFixed(1) })
  const chart = {
    ...{ title: 'Sample', figure: 'Sentiment', from: end('Average', 0.5) },
    parts: [end('Text', 1), end('Audio', -0.25)],
    to: end('Sample', 1.25),
  }

  it('has a bar a part from what was reached before, and its ends', async () => {
    const svg = await waterfall(chart)
    const texts = textsOf(svg)
    for (const text of ['Average', 'Text', 'Audio', 'Sample', '1.0', '-0.3', 'Sentiment']) {
      expect(texts).toContain(text)
    }
    expect(svg.match(/fill="#d98432"/g)?.length).toBe(1)
    expect(svg.match(/fill="#3f7fb5"/g)?.length).toBe(1)
    expect(svg).toContain('aria-label="Text: 1.0"')
  })

  it('refuses numbers that are none', () => {
    const parts = [end('Text', Number.NaN)]
    expect(() => waterfall({ ...chart, parts })).toThrowError(/Sample: invalid contributions/)
  })
})
