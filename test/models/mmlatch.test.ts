import { describe, expect, test } from 'vitest'
import { Graph, gradients, squeeze, type Tensor, writeModel } from '../../src/graph/index.js'
import { findModel, mmlatch } from '../../src/models/index.js'
import { fromPublished, toPublished } from '../../src/models/published.js'
import { l1Loss, Scope } from '../../src/nn/index.js'
import { RandomStream } from '../../src/random.js'
import { openSession } from '../../src/runtime/node.js'
import { readSafetensors } from '../../src/safetensors.js'
import { passes, verifyReference } from '../../src/train/verify.js'
import type { NdArray } from '../reference/array.js'
import { evaluate } from '../reference/evaluate.js'
import { sharedPath } from '../support/folders.js'
import { toValue } from '../support/gradients.js'

const widths = { text: 4, audio: 3, vision: 2 }
const [batch, time] = [2, 3]
const still = { dropout: 0, fusionDropout: 0, feedbackDropout: 0, maskDropout: 0 }

/** A small model with its loss, and numbers for all that it is fed. */
function build(settings: object) {
  const model = mmlatch.configure({ hidden: 3, ...still, ...settings })
  const scope = new Scope(new Graph())
  const { graph } = scope
  const apply = model.build(scope, widths, 1)
  const input = (modality: 'text' | 'audio' | 'vision') =>
    graph.input(modality, 'float32', ['batch', 'time', widths[modality]])
  const sequences = { text: input('text'), audio: input('audio'), vision: input('vision') }
  const lengths = graph.input('lengths', 'int64', ['batch'])
  const target = graph.input('target', 'float32', ['batch'])
  const { prediction, maps } = apply({
    sequences,
    lengths: { text: lengths, audio: lengths, vision: lengths },
  })
  const loss = l1Loss(squeeze(prediction, 1), target)
  const random = new RandomStream(7, 'mmlatch test')
  const draw = (shape: readonly number[], scale: number): NdArray => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, scale)),
  })
  const feeds = new Map<Tensor, NdArray>([
    [lengths, { shape: [batch], data: [3, 2] }],
    // Far from any prediction: the loss has no kink there.
    [target, { shape: [batch], data: [9, -9] }],
  ])
  for (const [modality, tensor] of Object.entries(sequences)) {
    const values = draw([batch, time, widths[modality as keyof typeof widths]], 1)
    feeds.set(tensor, values)
  }
  const parameters = [...graph.parameters.values()]
  for (const { tensor, shape } of parameters) feeds.set(tensor, draw(shape, 0.5))
  return { graph, prediction, maps, loss, parameters, feeds }
}

async function run(outputs: ReadonlyMap<string, Tensor>, feeds: ReadonlyMap<Tensor, NdArray>) {
  const named = (tensor: Tensor) => ('name' in tensor.origin ? tensor.origin.name : '')
  const inputs = new Map([...feeds.keys()].map((tensor) => [named(tensor), tensor]))
  const session = await openSession(writeModel({ inputs, outputs }))
  const values = [...feeds].map(
    ([tensor, value]) => [named(tensor), toValue(tensor.dataType, value)] as const,
  )
  const results = await session.run(new Map(values))
  await session.close()
  return results
}

const variants: readonly (readonly [string, object])[] = [
  ['baseline, last state', { feedback: 'none' }],
  [
    'feedback by LSTM, gradients through stage I',
    { feedback: 'lstm', stageOneGradients: true, readout: 'attention' },
  ],
  [
    'feedback by linear layers, gradients through stage I',
    { feedback: 'linear', stageOneGradients: true },
  ],
  ['baseline as published', { feedback: 'none', readout: 'attention', padding: 'seen' }],
  ['three layers', { feedback: 'none', layers: 3, hidden: 2 }],
  ['GRU', { feedback: 'lstm', recurrent: 'gru', stageOneGradients: true }],
  ['one modality, last step', { modalities: ['audio'] }],
  ['one modality, summed', { modalities: ['text'], readout: 'attention' }],
]

describe.each(variants)('MMLatch, %s', (_, settings) => {
  const { prediction, loss, parameters, feeds } = build(settings)

  test('predicts what the reference predicts', async () => {
    const used = new Map([...feeds].filter(([tensor]) => tensor !== lossTarget(feeds)))
    const actual = (await run(new Map([['prediction', prediction]]), used)).get('prediction')
    const [expected] = evaluate([prediction], feeds)
    expect(actual?.shape).toEqual([batch, 1])
    for (const [row, value] of (expected?.data ?? []).entries()) {
      expect(Number(actual?.data[row])).toBeCloseTo(value, 5)
    }
  })

  test('has the gradients that differences of the reference loss have', async () => {
    const found = gradients(
      loss,
      parameters.map(({ tensor }) => tensor),
    )
    const outputs = new Map(found.map((tensor, index) => [String(index), tensor]))
    const results = await run(outputs, feeds)
    const random = new RandomStream(11, 'directions')
    const epsilon = 1e-5
    for (const [index, { tensor, name }] of parameters.entries()) {
      const start = feeds.get(tensor) as NdArray
      const direction = start.data.map(() => random.normal())
      const lossAt = (step: number) => {
        const moved = start.data.map((value, place) => value + step * (direction[place] as number))
        const [value] = evaluate([loss], new Map(feeds).set(tensor, { ...start, data: moved }))
        return value?.data[0] as number
      }
      const expected = (lossAt(epsilon) - lossAt(-epsilon)) / (2 * epsilon)
      const gradient = results.get(String(index))?.data as Float32Array
      const actual = gradient.reduce(
        (sum, value, place) => sum + value * (direction[place] as number),
        0,
      )
      expect(Math.abs(actual - expected), name).toBeLessThan(2e-5 * Math.max(1, Math.abs(expected)))
    }
  })
})

function lossTarget(feeds: ReadonlyMap<Tensor, NdArray>): Tensor | undefined {
  return [...feeds.keys()].find(({ origin }) => 'name' in origin && origin.name === 'target')
}

describe('MMLatch', () => {
  test('stops gradients at the end of stage I unless told otherwise', async () => {
    const through = build({ feedback: 'lstm', stageOneGradients: true })
    const stopped = build({ feedback: 'lstm', stageOneGradients: false })
    const norms = await Promise.all(
      [through, stopped].map(async ({ loss, parameters, feeds }) => {
        const chosen = parameters.filter(({ name }) => name.startsWith('encoders.text'))
        const found = gradients(
          loss,
          chosen.map(({ tensor }) => tensor),
        )
        const results = await run(new Map(found.map((t, i) => [String(i), t])), feeds)
        return [...results.values()].map(({ data }) => Math.hypot(...Array.from(data, Number)))
      }),
    )
    // Both reach the encoders by stage II; only one of them by stage I as well.
    for (const [index, norm] of (norms[0] ?? []).entries()) {
      expect(norm).toBeGreaterThan(0)
      expect(norms[1]?.[index]).toBeGreaterThan(0)
      expect(Math.abs((norms[1]?.[index] ?? 0) - norm)).toBeGreaterThan(1e-4 * norm)
    }
  })

  test('gives masks between 0 and 1 and attention rows that add up to 1', async () => {
    const { maps, feeds } = build({ feedback: 'lstm' })
    const used = new Map([...feeds].filter(([tensor]) => tensor !== lossTarget(feeds)))
    const results = await run(new Map(Object.entries(maps)), used)
    expect([...results.keys()].filter((name) => name.startsWith('mask.')).sort()).toEqual([
      'mask.audio',
      'mask.text',
      'mask.vision',
    ])
    for (const [name, { shape, data }] of results) {
      const numbers = Array.from(data, Number)
      expect(numbers.every((value) => value >= 0 && value <= 1)).toBe(true)
      if (!name.startsWith('attention.')) continue
      expect(shape).toEqual([batch, time, time])
      for (let row = 0; row < batch * time; row++) {
        const sum = numbers.slice(row * time, (row + 1) * time).reduce((a, b) => a + b)
        expect(sum).toBeCloseTo(1, 5)
      }
    }
  })

  test.each([['last'], ['attention']])(
    'predicts a sample alike whatever its padding (readout %s)',
    async (readout) => {
      const { prediction, feeds } = build({ feedback: 'lstm', readout })
      const used = new Map([...feeds].filter(([tensor]) => tensor !== lossTarget(feeds)))
      const outputs = new Map([['prediction', prediction]])
      const before = (await run(outputs, used)).get('prediction')
      const longer = new Map(
        [...used].map(([tensor, { shape, data }]): [Tensor, NdArray] => {
          const [samples = 0, steps = 0, width = 0] = shape
          if (!tensor.shape.includes('time')) return [tensor, { shape, data }]
          const padded = Array.from({ length: samples }, (_, sample) => [
            ...data.slice(sample * steps * width, (sample + 1) * steps * width),
            ...Array<number>(4 * width).fill(0),
          ])
          return [tensor, { shape: [samples, steps + 4, width], data: padded.flat() }]
        }),
      )
      const after = (await run(outputs, longer)).get('prediction')
      for (const [row, value] of Array.from(before?.data ?? [], Number).entries()) {
        expect(Number(after?.data[row])).toBeCloseTo(value, 6)
      }
    },
  )

  test('has the size that the document gives', () => {
    const count = (settings: object) => {
      const scope = new Scope(new Graph())
      mmlatch.configure(settings).build(scope, { text: 300, audio: 74, vision: 35 }, 1)
      return [...scope.graph.parameters.values()].reduce(
        (total, { shape }) => total + shape.reduce((a, b) => a * b, 1),
        0,
      )
    }
    expect(count({ readout: 'attention' })).toBe(2_741_153)
    expect(count({ readout: 'attention', feedback: 'none' })).toBe(1_633_801)
  })

  test('refuses two modalities, unknown settings and missing features, each in one sentence', () => {
    const scope = () => new Scope(new Graph())
    expect(() =>
      mmlatch.configure({ modalities: ['text', 'audio'] }).build(scope(), widths, 1),
    ).toThrow(/expected all three, or one for its encoder alone, got text and audio/)
    expect(() => mmlatch.configure({ hiden: 3 })).toThrow(
      /unknown key "hiden".*Did you mean "hidden"/,
    )
    expect(() => mmlatch.configure({}).build(scope(), { text: 3 }, 1)).toThrow(
      /no features for audio/,
    )
    expect(() => findModel('mmlach')).toThrow(/Did you mean "mmlatch"/)
  })
})

describe('published names', () => {
  test('the two layouts of gates undo each other', () => {
    const values = Float32Array.from({ length: 12 }, (_, index) => index)
    for (const gates of ['lstm', 'gru'] as const) {
      const there = fromPublished(values, { name: '', gates })
      expect(there).not.toEqual(values)
      expect(toPublished(there, { name: '', gates })).toEqual(values)
    }
    expect(
      Array.from(fromPublished(Float32Array.of(0, 1, 2, 3), { name: '', gates: 'lstm' })),
    ).toEqual([0, 3, 1, 2])
  })

  const reference = sharedPath('golden', 'mmlatch-feedback.safetensors')
  test.skipIf(!reference)('are those of the reference file, one to one (needs ../shared)', () => {
    const { tensors } = readSafetensors(reference ?? '')
    const theirs = [...tensors.keys()].filter((name) => name.startsWith('param.')).sort()
    const scope = new Scope(new Graph())
    const settings = { hidden: 10, readout: 'attention' }
    mmlatch.configure(settings).build(scope, { text: 30, audio: 12, vision: 7 }, 1)
    const ours = [...scope.graph.parameters.keys()].map(
      (name) => `param.${mmlatch.published(name).name}`,
    )
    expect(ours.sort()).toEqual(theirs)
  })
})

describe('the numbers of the authors’ code', () => {
  const files = ['baseline', 'feedback', 'feedback-static'].map((kind) => [
    kind,
    sharedPath('golden', `mmlatch-${kind}.safetensors`),
  ])
  test.skipIf(files.some(([, path]) => !path)).each(files)(
    '%s: output, loss, gradients and ten steps of Adam (needs ../shared)',
    async (_, path) => {
      const comparisons = await verifyReference(path ?? '')
      expect(comparisons.map(({ what }) => what)).toContain('trajectory')
      expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
    },
  )
})
