import { describe, expect, it } from 'vitest'
import type {
  MeanMasks,
  ModelFacts,
  SampleContributions,
  SampleExplanation,
} from '../../../src/explain/index.js'
import type { ExplainContent } from '../../../src/report/pages/explanation/content.js'
import { explainPage } from '../../../src/report/pages/explanation/page.js'
import { attention, marksOf, textsOf } from '../../support/report/charts.js'
import { rowsOf } from '../../support/report/pages.js'

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
  decision: 'highest',
  scores: [score, { ...score, name: 'sad', said: false, baseline: 0.8, prediction: 0.45 }],
}

const data = { name: 'demo', synthetic: true, split: 'test', samples: 11 }
const content: ExplainContent = { model, data, masks, samples, facts: [['Seed', '3']] }

describe('the page that explains', () => {
  it('shows masks, counts, attention and facts, and says that data is synthetic', async () => {
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

  it('shows faces and sound, on average and over time, where a model looks in them', async () => {
    const picture = {
      kind: 'colours' as const,
      rows: 1,
      columns: 1,
      values: Float32Array.of(9, 9, 9),
    }
    const layers = [{ layer: '1', rows: 1, columns: 1, selected: [Float32Array.of(1)] }]
    const maps = { sequence: 'vision', steps: ['1'], pictures: [picture], layers, looks: [] }
    const [sample] = samples
    if (!sample) throw new Error('no sample')
    const { html, figures } = await explainPage({
      ...{ model, data },
      samples: [{ ...sample, pictures: [maps] }],
      positions: [
        {
          ...{ sequence: 'vision', classNames: ['angry', 'sad'] },
          classes: [{ count: 3, picture, layers }, null],
        },
      ],
    })
    expect(html).toContain('<h2>Faces and sound</h2>')
    expect([...figures.keys()]).toEqual(
      expect.arrayContaining(['positions-vision', 'pictures-a-1-vision']),
    )
    expect(html).toContain('Blank, no samples: sad.')
    expect(rowsOf(html)).toContainEqual(['angry', '3', '100.0'])
    expect(html).not.toContain('class token')
  })

  it('keeps the place of a class without samples, and numbers the features', async () => {
    const { figures } = await explainPage(content)
    const texts = textsOf(figures.get('masks-vision'))
    for (const text of ['neu', '(none)', '1', '2', '0.36', '0.65', 'Synthetic data']) {
      expect(texts).toContain(text)
    }
    expect(marksOf(figures.get('masks-vision'), 'rect').length).toBe(4)
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
      decision: 'all',
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
