import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Graph, gradients } from '../../src/graph/index.js'
import type { Widths } from '../../src/models/define/model.js'
import { mult } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { sentiment } from '../../src/task/sentiment.js'
import { singleLabel } from '../../src/task/single-label.js'
import type { Task } from '../../src/task/task.js'
import { passes, verifyReference } from '../../src/verify/verify.js'
import { sharedPath } from '../support/folders.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2 }
const still = {
  attentionDropout: 0,
  reluDropout: 0,
  residualDropout: 0,
  embedDropout: 0,
  feedbackDropout: 0,
  maskDropout: 0,
}
const lengths = { text: [3, 1], audio: [2, 4], vision: [4, 2] }
const caseOf = (settings: object) => ({
  model: mult,
  widths,
  outputs: 2,
  lengths,
  settings: { width: 4, heads: 2, layers: 1, ...still, ...settings },
})

const variants: readonly (readonly [string, object, boolean?])[] = [
  ['all streams', {}],
  ['two layers, plain residual', { layers: 2, residual: 'plain', streams: ['text'] }],
  ['one stream', { streams: ['audio'] }],
  ['two modalities', { modalities: ['vision', 'audio'] }],
  ['one modality', { modalities: ['text'] }],
  ['no future mask', { futureMask: false, modalities: ['text', 'audio'] }],
  ['padding seen', { padding: 'seen', residual: 'plain', streams: ['vision'] }, false],
  ['padding seen of one modality', { padding: 'seen', modalities: ['audio'] }, false],
  [
    'feedback by LSTM, gradients through stage I',
    { feedback: 'lstm', stageOneGradients: true, modalities: ['text', 'audio'] },
  ],
  [
    'feedback by linear layers, gradients through stage I',
    {
      feedback: 'linear',
      stageOneGradients: true,
      residual: 'plain',
      modalities: ['text', 'vision'],
    },
  ],
]

for (const [name, settings, padded = true] of variants) {
  describeModel(`MulT, ${name}`, caseOf(settings), { padded })
}

const build = (settings: object, inputs: Widths = widths, outputs = 1) => {
  const scope = new Scope(new Graph())
  mult.configure(settings).build(scope, inputs, outputs)
  return [...scope.graph.parameters.values()]
}

async function predictFirst(settings: object, others: typeof lengths): Promise<number[]> {
  const { outputs, feeds } = smallModelOf({ ...caseOf(settings), lengths: others })
  const results = await runSmall({ prediction: outputs.prediction }, feeds)
  return Array.from(results.get('prediction')?.data ?? [], Number).slice(0, 2)
}

describe('MulT', () => {
  test.each([
    ['streams', {}],
    ['feedback', { feedback: 'lstm' }],
  ])(
    'sees a sample alike beside longer ones, whatever modality is long: %s',
    async (_, settings) => {
      const first = await predictFirst(settings, { text: [3, 1], audio: [2, 4], vision: [4, 2] })
      const second = await predictFirst(settings, { text: [3, 7], audio: [2, 1], vision: [4, 9] })
      for (const [index, value] of first.entries()) expect(second[index]).toBeCloseTo(value, 5)
    },
  )

  test('the published code’s padding changes what is predicted', async () => {
    const settings = { padding: 'seen' }
    const first = await predictFirst(settings, { text: [3, 1], audio: [2, 4], vision: [4, 2] })
    const second = await predictFirst(settings, { text: [3, 7], audio: [2, 1], vision: [4, 9] })
    expect(Math.abs((first[0] ?? 0) - (second[0] ?? 0))).toBeGreaterThan(1e-4)
  })

  test('hides keys that are later than the lengths allow', async () => {
    const { outputs, feeds } = smallModelOf(caseOf({}))
    const results = await runSmall(outputs.maps, feeds)
    const visible = (map: string) => {
      const { shape, data } = results.get(map) ?? { shape: [], data: [] }
      const [, heads = 0, rows = 0, columns = 0] = shape
      // The first head of each of the two samples.
      return [0, heads * rows * columns].map((start) =>
        Array.from({ length: rows }, (_, row) =>
          Array.from({ length: columns }, (_, column) =>
            Number(Number(data[start + row * columns + column]) > 1e-6),
          ).join(''),
        ),
      )
    }
    // Text has 3 and 1 steps, audio 2 and 4: they are 1 and 3 apart.
    expect(visible('attention.text_to_audio')).toEqual([
      ['1100', '1100', '1100'],
      ['1111', '1111', '1111'],
    ])
    expect(visible('attention.audio_to_text')[0]?.slice(0, 2)).toEqual(['110', '111'])
    expect(visible('attention.vision')).toEqual([
      ['1000', '1100', '1110', '1111'],
      ['1000', '1100', '1100', '1100'],
    ])
  })

  test('stops gradients at the end of stage I unless told otherwise', async () => {
    const settings = { feedback: 'linear', modalities: ['text', 'audio'] }
    const models = [true, false].map((stageOneGradients) =>
      smallModelOf(caseOf({ ...settings, stageOneGradients })),
    )
    const found = await Promise.all(
      models.map(async ({ loss, parameters, feeds }) => {
        const chosen = parameters.filter(({ name }) => name === 'projections.audio.weight')
        const [gradient] = gradients(
          loss,
          chosen.map(({ tensor }) => tensor),
        )
        if (!gradient) throw new Error('no gradient')
        return Array.from((await runSmall({ gradient }, feeds)).get('gradient')?.data ?? [], Number)
      }),
    )
    const norms = found.map((gradient) => Math.hypot(...gradient))
    for (const norm of norms) expect(norm).toBeGreaterThan(0)
    expect(Math.abs((norms[0] ?? 0) - (norms[1] ?? 0))).toBeGreaterThan(1e-6)
  })

  test('has a map for each attention and each mask', () => {
    const names = (settings: object) =>
      Object.keys(smallModelOf(caseOf(settings)).outputs.maps).sort()
    expect(names({ streams: ['text'] })).toEqual([
      'attention.text',
      'attention.text_to_audio',
      'attention.text_to_vision',
    ])
    expect(names({})).toHaveLength(9)
    expect(names({ feedback: 'linear' }).filter((name) => name.startsWith('mask.'))).toEqual([
      'mask.audio',
      'mask.text',
      'mask.vision',
    ])
  })

  test('has the sizes of the documents and the published code', () => {
    const shapes = new Map(
      build({ feedback: 'lstm' }, { text: 300, audio: 74, vision: 35 }).map(({ name, shape }) => [
        name,
        shape,
      ]),
    )
    expect(shapes.get('projections.text.weight')).toEqual([30, 300])
    expect(shapes.get('crossmodal.text_to_audio.layers.3.linear1.weight')).toEqual([120, 30])
    expect(shapes.has('crossmodal.text_to_audio.layers.4.linear1.weight')).toBe(false)
    expect(shapes.get('memory.text.layers.3.linear1.weight')).toEqual([240, 60])
    expect(shapes.get('head.output.weight')).toEqual([1, 180])
    // An LSTM's four gates, as wide as the input that it masks, from two streams' results.
    const producer = 'feedback.vision.by_text.layer0.forward.input_weight'
    expect(shapes.get(producer)).toEqual([4 * 35, 60])
    const shallow = build({ layers: 1, streams: ['text'] }).map(({ name }) => name)
    expect(shallow).toContain('memory.text.layers.2.norm1.weight')
    expect(shallow).not.toContain('crossmodal.audio_to_text.layers.0.norm1.weight')
  })

  test('refuses what is not a model, in one sentence', () => {
    expect(() => build({ modalities: ['text'], feedback: 'lstm' })).toThrow(
      /feedback needs at least two modalities.*got lstm, with text/,
    )
    expect(() => build({ streams: ['text'], feedback: 'linear' })).toThrow(
      /feedback needs the streams of all modalities.*got text/,
    )
    expect(() => build({ modalities: ['text', 'audio'], streams: ['vision'] })).toThrow(
      /the stream of vision needs that modality.*expected some of text, audio/,
    )
    expect(() => build({ heads: 7 })).toThrow(/the width must be divisible by the number of heads/)
    expect(() => build({ layers: 0 })).toThrow(/layers.*expected more than 0/)
    expect(() => build({}, { text: 3 })).toThrow(/no features for audio/)
  })
})

describe('MulT in training', () => {
  const classes: Task = singleLabel({ classNames: ['one', 'two', 'three'] })
  const score: Task = sentiment({ loss: 'l1' })
  test.each([
    ['classes', classes, {}],
    ['sentiment of one stream', score, { streams: ['text'], residual: 'plain' }],
    ['sentiment with feedback', score, { feedback: 'lstm', modalities: ['text', 'audio'] }],
  ] as const)('learns a batch by heart, dropout on: %s', async (_, task, settings) => {
    const small = { width: 8, heads: 2, layers: 1, embedDropout: 0.05, maskDropout: 0.05 }
    const model = mult.configure({ ...small, ...settings })
    const { still: unlearnt, learnt } = await learnByHeart(model, widths, task)
    expect(learnt).toBeLessThan(0.5 * unlearnt[0])
    expect(unlearnt[0]).not.toBe(unlearnt[1])
  })
})

const golden = sharedPath('golden', 'mult.safetensors')

describe.skipIf(!golden)('the authors’ code (needs ../shared)', () => {
  test('parameters have its names, one to one', () => {
    const { tensors } = readSafetensors(golden ?? '')
    const theirs = [...tensors.keys()].filter(
      (name) => name.startsWith('param.') && !/\.(version|_float_tensor)$/.test(name),
    )
    const ours = build({ layers: 2 }).map(({ name }) => `param.${mult.published(name).name}`)
    expect(ours.sort()).toEqual(theirs.sort())
  })

  test('output, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(golden ?? '')
    expect(comparisons.map(({ what }) => what)).toContain('trajectory')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
