import { describe, expect, it } from 'vitest'
import type {
  MeanMasks,
  ModelFacts,
  SampleContributions,
  SampleExplanation,
} from '../../src/explain/index.js'
import { compareGroups } from '../../src/metrics/index.js'
import {
  attentionMaps,
  type ComparedGroup,
  comparisonPage,
  type ExplainContent,
  explainPage,
  maskHeatmap,
} from '../../src/report/index.js'

/** The texts that a reader of a chart sees, in order. */
function textsOf(svg: string | undefined): string[] {
  const found = (svg ?? '').matchAll(/<(text|tspan)[^>]*>([^<]+)<\/\1>/g)
  return [...found].map(([, , text]) => text ?? '')
}

/** How many cells a chart has. */
function cellsOf(svg: string | undefined): number {
  const groups = (svg ?? '').matchAll(/<g class="mark-rect role-mark[^"]*"[^>]*>(.*?)<\/g>/gs)
  return [...groups].flatMap(([, inside = '']) => inside.match(/<path /g) ?? []).length
}

/** The text of each row of each table of a page. */
function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell),
  )
}

const model: ModelFacts = {
  name: 'mmlatch',
  title: 'masks',
  source: 'A document (2022)',
  settings: { hidden: 8, modalities: ['text', 'audio'], stageRates: { dcca: 0.001 }, rates: {} },
  parameters: 12345,
  flops: 4_000_000,
  flopsByOperator: new Map([
    ['lstm', 3_000_000],
    ['matmul', 1_000_000],
  ]),
  steps: { text: 20, audio: 20 },
}

const masks: MeanMasks = {
  classNames: ['neg', 'neu', 'pos'],
  counts: [4, 0, 7],
  modalities: [
    {
      modality: 'vision',
      width: 2,
      means: [Float64Array.of(0.36, 0.4), null, Float64Array.of(0.5, 0.65)],
    },
    {
      modality: 'text',
      width: 300,
      means: [new Float64Array(300).fill(0.3), null, new Float64Array(300).fill(0.6)],
    },
  ],
}

const attention = {
  name: 'attention.text',
  asking: ['text'],
  asked: ['text'],
  first: false,
  title: 'text attends to itself',
  queries: ['so', 'good'],
  keys: ['so', 'good'],
  weights: [
    [0.25, 0.75],
    [0.5, 0.5],
  ],
}

const samples: readonly SampleExplanation[] = [
  {
    id: 'a/1',
    text: 'so <good>',
    truth: '+2.00',
    prediction: '+1.50',
    attention: [
      attention,
      { ...attention, name: 'attention.text.first', first: true, title: 'first look' },
    ],
  },
]

const score = {
  name: 'angry',
  said: true,
  prediction: 0.55,
  baseline: 0.2,
  parts: [
    { input: 'text', value: 0.4 },
    { input: 'audio', value: -0.05 },
  ],
  subsets: [
    { kept: [], score: 0.2 },
    { kept: ['text'], score: 0.6 },
    { kept: ['audio'], score: 0.15 },
    { kept: ['text', 'audio'], score: 0.55 },
  ],
  steps: [
    {
      modality: 'text',
      length: 2,
      windows: [
        { from: 0, to: 1, label: 'so', change: -0.025 },
        { from: 1, to: 2, label: 'good', change: 0.3 },
      ],
    },
  ],
} as const
const contributions: SampleContributions = {
  inputs: ['text', 'audio'],
  task: 'classification',
  unit: 'probability',
  heading: 'Class',
  stands: 'highest',
  scores: [score, { ...score, name: 'sad', said: false, baseline: 0.8, prediction: 0.45 }],
}

const data = { name: 'demo', synthetic: true, split: 'test', samples: 11 }
const content: ExplainContent = { model, data, masks, samples, facts: [['Seed', '3']] }

describe('the page that explains', () => {
  it('shows masks, counts, attention and facts, and says that data are synthetic', async () => {
    const { html, figures } = await explainPage(content)
    expect(html).toContain('hidden 8; modalities text, audio; stageRates dcca 0.001; rates none')
    expect([...figures.keys()]).toEqual(['masks-vision', 'masks-text', 'attention-a-1'])
    expect(html).toMatch(/<aside role="note"><p>The data set &quot;demo&quot; is synthetic/)
    for (const fact of ['12,345', '4.00 million (20 steps)', '11 samples', '<dd>3</dd>']) {
      expect(html).toContain(fact)
    }
    const rows = rowsOf(html)
    expect(rows).toContainEqual(['neg', 'neu', 'pos'])
    expect(rows).toContainEqual(['4', 'none', '7'])
    expect(rows).toContainEqual(['a/1', '+2.00', '+1.50'])
    expect(rows).toContainEqual(['lstm', '3.00 million', '75.0%'])
    expect(html).toContain('values range from 0.36 to 0.65. Blank, no samples: neu.')
    expect(html).toContain('“so &lt;good&gt;”')
  })

  it('keeps the place of a class without samples, and numbers the features', async () => {
    const { figures } = await explainPage(content)
    const texts = textsOf(figures.get('masks-vision'))
    for (const text of ['neu', '(none)', '1', '2', '0.36', '0.65', 'Synthetic data']) {
      expect(texts).toContain(text)
    }
    expect(cellsOf(figures.get('masks-vision'))).toBe(4)
  })

  it('shows the second look only', async () => {
    const texts = textsOf((await explainPage(content)).figures.get('attention-a-1'))
    expect(texts).toContain('text attends to itself')
    expect(texts).not.toContain('first look')
    expect(texts.filter((text) => text === 'good').length).toBe(2)
  })

  it('shows the parts of inputs, all subsets, and the effects of steps in the lanes', async () => {
    const { html, figures } = await explainPage({
      model,
      data,
      samples: samples.map((sample) => ({ ...sample, contributions })),
      contributions: {
        inputs: ['text', 'audio'],
        baseline: 'zeros after standardisation',
        aligned: false,
        unit: 'probability',
      },
    })
    const rows = rowsOf(html)
    expect(rows).toContainEqual(['a/1', 'angry', '20.0%', '+40.0', '-5.0', '55.0%'])
    expect(rows).not.toContainEqual(expect.arrayContaining(['sad', '80.0%']))
    expect(rows).toContainEqual('Sample,Class,Average,Text,Audio,Predicted'.split(','))
    // What some inputs say alone; all and none have their columns above.
    expect(rows).toContainEqual(['Sample', 'Class', 'Text', 'Audio'])
    expect(rows).toContainEqual(['a/1', 'angry', '60.0%', '15.0%'])
    expect(rows).toContainEqual(['effect of text', '2 steps', 'good (2) +30.0, so (1) -2.5 points'])
    expect(html).toContain('and their positions: effects on the probability of angry.')
    expect(html).toContain('describe the model: what its prediction depends on')
    expect(html).toContain('Attention and effects of single steps')
    const drawn = figures.get('lanes-a-1') ?? ''
    expect(textsOf(drawn)).toEqual(expect.arrayContaining(['effect of text', 'Effect, in points']))
    expect(html).toContain('Effects of steps on the probability of angry, in “so &lt;good&gt;”.')
  })

  it('does not name the one score of sentiment in every row', async () => {
    const inSentiment: SampleContributions = {
      inputs: contributions.inputs,
      task: 'regression',
      unit: 'sentiment',
      stands: 'all',
      scores: [{ ...score, name: 'sentiment' }],
    }
    const { html } = await explainPage({
      ...{ model, data },
      samples: samples.map((sample) => ({ ...sample, contributions: inSentiment })),
      contributions: { ...inSentiment, baseline: 'zeros after standardisation', aligned: true },
    })
    const rows = rowsOf(html)
    expect(rows).toContainEqual(['Sample', 'Average', 'Text', 'Audio', 'Predicted'])
    expect(rows).toContainEqual(['a/1', '+0.20', '+0.40', '-0.05', '+0.55'])
    expect(html).toContain('Contribution of each input, in sentiment,')
    expect(html).toContain('A step with an effect above 0 raises the sentiment')
  })

  it('leaves out what a model does not have', async () => {
    const real = { ...data, synthetic: false }
    const { html, figures } = await explainPage({ model, data: real })
    expect(figures.size).toBe(0)
    expect(html).not.toMatch(/synthetic|Feature masks|Attention/)
    expect(html).toContain('12,345')
  })
})

describe('masks of very many features', () => {
  it('lie side by side, a row a class', async () => {
    const width = 300
    const svg = await maskHeatmap({
      title: 'Masks',
      features: Array.from({ length: width }, (_, feature) => String(feature + 1)),
      classes: ['neg', 'neu\nno sample', 'pos'],
      values: Array.from({ length: width }, (_, feature) => [feature / 300, Number.NaN, 0.5]),
    })
    expect(cellsOf(svg)).toBe(600)
    const texts = textsOf(svg)
    expect(texts).toEqual(expect.arrayContaining(['neu, no sample', '1', '25', '300']))
    expect(texts).not.toContain('26')
    const [, wide, high] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
    expect(Number(wide)).toBeGreaterThan(Number(high))
  })
})

describe('attention maps', () => {
  it('have a cell a pair of steps, each with its own labels', async () => {
    const cross = { ...attention, title: 'text attends to audio', keys: ['1', '2'] }
    const svg = await attentionMaps({ title: 'Sample', maps: [attention, cross] })
    expect(cellsOf(svg)).toBe(8)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['so', '1', '2', 'Attention']))
    expect(svg).toContain('so to good: 0.75')
  })

  it('must fit their labels', () => {
    const draw = (map: object) => () =>
      attentionMaps({ title: 'Sample', maps: [{ ...attention, ...map }] })
    expect(draw({ keys: ['so'] })).toThrowError(/Sample, text attends to itself.*2 x 1/)
    expect(draw({ queries: [], weights: [] })).toThrowError(/does not match its labels/)
    expect(() => attentionMaps({ title: 'Sample', maps: [] })).toThrowError(/no attention map/)
  })
})

function group(name: string, errors: readonly number[], reported?: number): ComparedGroup {
  return {
    name,
    runs: errors.map((mae, place) => ({
      seed: place + 1,
      metrics: { mae, correlation: 1 - mae, 'f1.happy': 0.5 + mae },
      epochs: [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch, validLoss: 2 / epoch })),
      predictions: [0, 1, 1, 0],
      truths: [0, 1, 0, 1],
    })),
    ...(reported !== undefined && { reported: { mae: reported } }),
  }
}

const comparison = {
  title: 'Models',
  dataName: 'demo',
  synthetic: true,
  groups: [group('ours <a>', [0.5, 0.6], 0.585), group('theirs', [0.7, 0.8])],
  metricsShown: ['mae', 'correlation', 'f1.happy'],
  facts: [['Date', '2026-01-01']],
} as const

describe('the page that compares', () => {
  it('gives mean and deviation of every group, the best marked, beside what is reported', async () => {
    const { html } = await comparisonPage(comparison)
    const rows = rowsOf(html)
    expect(rows[0]).toEqual(['Model', 'Runs', 'MAE', 'Corr', 'F1 of happy'])
    const [mae, correlation] = ['0.550 ± 0.071', '0.450 ± 0.071']
    const best = [`<strong>${mae}</strong>`, `<strong>${correlation}</strong>`]
    expect(rows[1]).toEqual(['ours &lt;a&gt;', '2', ...best, '1.050 ± 0.071'])
    expect(rows[2]).toEqual(['ours &lt;a&gt;, as reported', '', '0.585', '', ''])
    expect(rows[3]?.slice(0, 3)).toEqual(['theirs', '2', '0.750 ± 0.071'])
    expect(rows[3]?.[4]).toBe('<strong>1.250 ± 0.071</strong>')
    // Of each class, with the mean over classes.
    expect(rows[4]).toEqual(['Model', 'happy', 'Average'])
    expect(rows.length).toBe(7)
  })

  it('says that data are synthetic, on every figure too', async () => {
    const { html, figures } = await comparisonPage(comparison)
    expect(html).toMatch(/<aside role="note"><p>The data set &quot;demo&quot; is synthetic/)
    for (const [name, svg] of figures) expect(svg, name).toMatch(/[Ss]ynthetic data/)
    expect(html).toContain('<dd>1, 2</dd>')
    expect(html).toContain('<dd>2026-01-01</dd>')
    const real = await comparisonPage({ ...comparison, synthetic: false })
    expect(real.html).not.toMatch(/synthetic/i)
  })

  it('draws bars, curves and predictions under names for files', async () => {
    const { figures } = await comparisonPage(comparison)
    expect([...figures.keys()]).toEqual([
      'bars-mae',
      'bars-correlation',
      'classes-f1',
      'curves-validation',
      'curves-training',
      'predictions-ours-a',
      'predictions-theirs',
    ])
    expect(textsOf(figures.get('bars-mae'))).toContain('MAE (lower is better)')
    expect(textsOf(figures.get('predictions-theirs'))).toContain(
      'all 2 runs pooled · synthetic data',
    )
  })

  it('says which differences hold, with stars on the results too', async () => {
    const groups = [
      group('ours', [0.5, 0.61, 0.55, 0.58, 0.52]),
      group('theirs', [0.7, 0.8, 0.75, 0.79, 0.73]),
    ]
    const compared = compareGroups(groups, { metric: 'mae', better: 'lower' })
    const content = { ...comparison, groups, comparisons: [compared] }
    const { html, figures } = await comparisonPage(content)
    const rows = rowsOf(html)
    expect(rows[2]?.[2]).toBe('0.754 ± 0.042<sup>***</sup>')
    expect(html).toContain('Stars: * p &lt; .05')
    const header = ['Group', 'Runs', 'MAE', 'Difference', 'p', 'p (Holm)', 'Cohen&#39;s d_z']
    expect(rows).toContainEqual(header)
    expect(rows).toContainEqual([
      ...['theirs', '5', '0.754 ± 0.042', '+0.202<sup>***</sup>', '&lt; .001', '&lt; .001'],
      expect.stringMatching(/^\+\d+\.\d\d$/),
    ])
    expect(html).toContain(
      'MAE of each group against ours, on demo (synthetic), test split. Student&#39;s paired t-test',
    )
    expect([...figures.keys()]).toContain('boxes-mae')
    expect(html).not.toContain('Folds share')
  })

  it('says so where runs are of folds', async () => {
    const groups = comparison.groups.map((one) => ({
      ...one,
      runs: one.runs.map((run, fold) => ({ ...run, seed: 0, fold })),
    }))
    const comparisons = [compareGroups(groups, { metric: 'mae', better: 'lower' })]
    const { html } = await comparisonPage({ ...comparison, groups, comparisons })
    expect(html).toContain('Mean ± standard deviation over seeds and folds.')
    expect(html).toContain('<dt>Folds/seeds</dt><dd>0/0, 1/0</dd>')
    expect(html).toContain('Folds share most of their training data')
  })

  it('draws confusions where predictions are classes', async () => {
    const { figures } = await comparisonPage({ ...comparison, classNames: ['down', 'up'] })
    const texts = textsOf(figures.get('confusion-theirs'))
    expect(texts).toEqual(expect.arrayContaining(['down', 'up', '50%']))
  })

  it('puts training and validation of one group into one figure', async () => {
    const [only] = comparison.groups
    const { html, figures } = await comparisonPage({ ...comparison, groups: [only] })
    expect(textsOf(figures.get('curves'))).toEqual(
      expect.arrayContaining(['training', 'validation']),
    )
    expect(html).not.toContain('<strong>')
  })

  it('splits many metrics over tables and many groups over figures', async () => {
    const metrics = { a: 1, b: 2, c: 3, d: 4, e: 5 }
    const groups = Array.from({ length: 7 }, (_, place) => ({
      name: `model ${place}`,
      runs: [{ seed: place, metrics, epochs: [{ epoch: 1, trainLoss: 1, validLoss: 1 }] }],
    }))
    const page = await comparisonPage({
      ...comparison,
      groups,
      metricsShown: Object.keys(metrics),
      metricsDrawn: [],
    })
    expect(page.html).toContain('Table 2. Further metrics')
    expect([...page.figures.keys()]).toEqual([
      'curves-validation',
      'curves-validation-2',
      'curves-training',
      'curves-training-2',
    ])
    expect(page.html).toContain('<dt>Seeds of model 6</dt><dd>6</dd>')
  })

  it('refuses what cannot be compared', async () => {
    const refused = (changes: object) => comparisonPage({ ...comparison, ...changes })
    await expect(refused({ groups: [] })).rejects.toThrowError(/nothing to compare/)
    await expect(refused({ groups: [{ name: 'x', runs: [] }] })).rejects.toThrowError(/^x: /)
    await expect(refused({ metricsShown: ['auc'] })).rejects.toThrowError(
      /ours <a>, seed 1: a run lacks the metric "auc"/,
    )
  })
})
