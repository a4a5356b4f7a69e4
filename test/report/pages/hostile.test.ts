import { expect, test } from 'vitest'
import type { SampleContributions } from '../../../src/explain/index.js'
import { compareGroups, summarise } from '../../../src/metrics/index.js'
import type { ComparedGroup } from '../../../src/report/pages/comparison/content.js'
import { comparisonPage } from '../../../src/report/pages/comparison/page.js'
import { explainPage } from '../../../src/report/pages/explanation/page.js'
import type { Page } from '../../../src/report/pages/page.js'
import { renderTable, tableFormats } from '../../../src/report/tables/render.js'
import type { Table } from '../../../src/report/tables/table.js'
import { renderText } from '../../../src/report/tables/text.js'
import { renderLanes } from '../../../src/report/text/lanes.js'
import { actsOnTerminals, hostileTexts, isWellFormed } from '../../support/report/hostile.js'
import { xmlFault } from '../../support/report/xml.js'

/** Nothing in a page or its figures acts, and the figures are XML with names for files. */
function check({ html, figures }: Page): void {
  expect(html).not.toMatch(actsOnTerminals)
  expect(html).not.toMatch(/<script|<b>/i)
  expect(isWellFormed(html)).toBe(true)
  expect(figures.size).toBeGreaterThan(0)
  for (const [name, svg] of figures) {
    expect(xmlFault(svg), name).toBeUndefined()
    expect(Buffer.byteLength(`${name}.svg`)).toBeLessThan(240)
    expect(name).toMatch(/^[\p{L}\p{N}-]+$/u)
  }
}

const [first = ''] = hostileTexts

test('a page that explains holds any ids, words, names of classes and features', async () => {
  const contributionsOf = (text: string): SampleContributions => ({
    ...{ inputs: ['text', 'audio'], task: 'classification', unit: 'probability' },
    decision: 'highest',
    scores: [
      {
        ...{ name: text, said: true, prediction: 0.5, baseline: 0.2 },
        parts: [
          { input: 'text', value: 0.4 },
          { input: 'audio', value: -0.1 },
        ],
        subsets: [
          { kept: [], score: 0.2 },
          { kept: ['text'], score: 0.6 },
          { kept: ['audio'], score: 0.1 },
          { kept: ['text', 'audio'], score: 0.5 },
        ],
        steps: [
          {
            ...{ modality: 'text', length: 1 },
            windows: [{ from: 0, to: 1, label: text, change: 0.1 }],
          },
        ],
      },
    ],
  })
  check(
    await explainPage({
      model: {
        ...{ name: first, title: first, source: first, settings: { [first]: hostileTexts } },
        ...{ parameters: 1, flops: 1, flopsByOperator: new Map([[first, 1]]), steps: { text: 1 } },
      },
      data: { name: first, synthetic: true, split: first, samples: 1 },
      masks: {
        classNames: hostileTexts,
        counts: hostileTexts.map((_, at) => at),
        modalities: [
          {
            ...{ modality: 'vision', width: hostileTexts.length },
            means: hostileTexts.map((_, at) =>
              at === 0 ? null : new Float64Array(hostileTexts.length).fill(at / 30),
            ),
          },
        ],
      },
      classTitle: first,
      featureNames: { vision: hostileTexts },
      samples: hostileTexts.slice(0, 8).map((text) => ({
        ...{ id: text, text, truth: text, prediction: text },
        attention: [
          {
            ...{ name: text, asking: [text], asked: [text], first: false },
            title: text,
            queries: [text],
            keys: hostileTexts.slice(0, 2),
            weights: [[0.5, 0.5]],
          },
        ],
        lanes: [
          { kind: 'attention', title: text, maps: [text], steps: [{ label: text, value: 1 }] },
        ],
        contributions: contributionsOf(text),
      })),
      contributions: {
        ...{ inputs: ['text', 'audio'], baseline: first, aligned: false, unit: 'probability' },
      },
      facts: hostileTexts.map((text) => [text, text]),
      footer: first,
    }),
  )
})

test('a page that compares holds any names of runs, classes and data', async () => {
  const groups = hostileTexts.map(
    (name, place): ComparedGroup => ({
      name,
      runs: [0, 1].map((seed) => ({
        seed,
        metrics: {
          accuracy: 0.5 + place / 100 + seed / 50,
          ...Object.fromEntries(hostileTexts.map((text) => [`f1.${text}`, 0.5])),
        },
        epochs: [{ epoch: 1, trainLoss: 1, validLoss: 1 + place }],
        ...(place === 0 && {
          predictions: hostileTexts.map((_, at) => at),
          truths: hostileTexts.map((_, at) => at),
        }),
      })),
      reported: { accuracy: 0.5 },
    }),
  )
  const comparison = compareGroups(groups, { metric: 'accuracy', better: 'higher' })
  check(
    await comparisonPage({
      ...{ title: first, dataName: first, synthetic: true, splitName: first, groups },
      ...{ metricsShown: ['accuracy'], classNames: hostileTexts, lossName: first },
      comparisons: [comparison],
      facts: hostileTexts.map((text) => [text, text]),
      footer: first,
    }),
  )
})

test('every format of a table holds any text, in one row each', () => {
  const table: Table = {
    caption: hostileTexts.join(''),
    columns: [{ header: first }, { header: '=1' }, { header: 'n' }],
    rows: hostileTexts.map((text) => [
      text,
      { content: text, strong: true, mark: text, note: text },
      summarise([1, 2]),
    ]),
  }
  for (const format of tableFormats) {
    const rendered = renderTable(table, format)
    expect(rendered, format).not.toMatch(actsOnTerminals)
    expect(isWellFormed(rendered)).toBe(true)
    if (format === 'csv') expect(rendered.trim().split('\n').length).toBe(hostileTexts.length + 1)
  }
  expect(xmlFault(renderTable(table, 'html'))).toBeUndefined()
})

test('lanes in a terminal keep to their lines whatever their words are', () => {
  const shown = renderLanes(
    hostileTexts.map((text) => ({
      ...{ kind: 'attention', title: text, maps: [text] },
      steps: [
        { label: text, value: 0.5 },
        { label: 'b', value: 0.5 },
      ],
    })),
  )
  expect(shown).not.toMatch(actsOnTerminals)
  for (const line of shown.split('\n')) expect(line.length).toBeLessThan(1000)
})

test('a million rows are shown by the first of them, and written whole', () => {
  const table: Table = {
    columns: [{ header: 'Tensor' }, { header: 'Numbers' }],
    rows: Array.from({ length: 1_000_000 }, (_, row) => ['x', row]),
  }
  const shown = renderText(table, 3).split('\n')
  expect(shown).toEqual([
    'Tensor  Numbers',
    '──────  ───────',
    ...['0', '1', '2'].map((n) => `x       ${n.padStart(7)}`),
    'and 999,997 more',
    '',
  ])
  for (const format of ['csv', 'markdown'] as const) {
    const some = { ...table, rows: table.rows.slice(0, 200_000) }
    expect(renderTable(some, format).length).toBeGreaterThan(1_000_000)
  }
})
