/** FE2E by itself: against the float64 interpreter, on samples without a step, and in its options. */
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import { Graph, reduceSum } from '../../../src/graph/index.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import { packed, padded } from '../../../src/models/fe2e/packed.js'
import { scaled } from '../../../src/models/fe2e/raw.js'
import { fe2eSettings } from '../../../src/models/fe2e/settings.js'
import { fe2e } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { evaluate } from '../../reference/evaluate.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const small = {
  ...{ faceSize: 16, bands: 16, windows: 16, channels: [2, 2, 2, 2, 2, 3], flattenWidth: 3 },
  ...{ width: 4, heads: 2, layers: 1, feedForward: 5, dropout: 0 },
  ...{ vocabulary: 7, longestText: 12, textEmbedding: 3, textWidth: 4, textHeads: 2 },
  ...{ textLayers: 1, textFeedForward: 5, textDropout: 0 },
}
const widths = { text: 1, audio: 16 * 16, vision: 3 * 16 * 16 }
const lengths = { text: [3, 2], audio: [2, 1], vision: [1, 2] }

const of = (settings: object, scale = 0.3) => ({
  ...{ model: fe2e, widths, lengths, outputs: 3, settings: { ...small, ...settings } },
  scale,
})

describeModel('FE2E', of({}), { together: true })
describeModel(
  'FE2E, faces as numbers, without positions',
  of({ ...{ modalities: ['vision'] }, faces: 'numbers', positions: 'none' }),
  { together: true },
)
describeModel(
  'FE2E, the logarithm of sound, and words by BERT',
  of({ modalities: ['text', 'audio'], sound: 'log', textKind: 'bert' }),
  {
    together: true,
    zeros: true,
  },
)

describe('FE2E', () => {
  test('answers for samples without a frame, a chunk, or both', async () => {
    for (const none of [
      { text: [2, 2], audio: [0, 1], vision: [1, 0] },
      { text: [2, 1], audio: [0, 0], vision: [0, 0] },
    ]) {
      const { outputs, feeds } = smallModelOf({ ...of({}), lengths: none })
      const results = await runSmall({ prediction: outputs.prediction }, feeds)
      const numbers = Array.from(results.get('prediction')?.data ?? [], Number)
      expect(numbers).toHaveLength(6)
      expect(numbers.every(Number.isFinite)).toBe(true)
    }
  })

  test('learns from a batch without a frame, and keeps the statistics of frames', async () => {
    const configured = fe2e.configure({ ...small, modalities: ['text', 'vision'] })
    const task = multiLabel({ labelNames: ['happy', 'sad', 'fear'] })
    const training = await TrainingStep.open({
      ...{ model: configured, widths, task, engine: nodeEngine, seed: 1 },
      optimiser: { weightDecay: 0 },
    })
    const counts = (numbers: readonly bigint[]) => BigInt64Array.from(numbers)
    await training.step(
      new Map<string, Value>([
        ['text', { dataType: 'int64', shape: [2, 2], data: counts([1n, 2n, 3n, 0n]) }],
        ['text_lengths', { dataType: 'int64', shape: [2], data: counts([2n, 1n]) }],
        ['vision', { dataType: 'uint8', shape: [2, 1, 3, 16, 16], data: new Uint8Array(1536) }],
        ['vision_lengths', { dataType: 'int64', shape: [2], data: counts([0n, 0n]) }],
        ['target', { dataType: 'float32', shape: [2, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0) }],
      ]),
      1e-3,
    )
    for (const { name } of training.graph.parameters) {
      const values = Array.from(training.state.parameter(name))
      expect(values.every(Number.isFinite), name).toBe(true)
      if (name.endsWith('running_mean')) expect(Math.max(...values.map(Math.abs)), name).toBe(0)
    }
    await training.close()
  })

  test('has the parts of the chosen modalities alone, mixed in the order of the document', () => {
    const partsOf = (modalities: string[]) => {
      const scope = new Scope()
      fe2e.configure({ ...small, modalities }).build(scope, widths, 2)
      const names = [...scope.graph.parameters.values()]
      return {
        parts: [...new Set(names.map(({ name }) => name.split('.')[0]))],
        fusion: names.find(({ name }) => name === 'fusion.weight')?.shape,
      }
    }
    expect(partsOf(['vision'])).toEqual({ parts: ['face'], fusion: undefined })
    expect(partsOf(['audio', 'vision', 'text'])).toEqual({
      parts: ['text', 'face', 'voice', 'fusion'],
      fusion: [1, 3],
    })
  })

  test('keeps the running statistics where they are frozen', () => {
    const updates = (statistics: string) => {
      const scope = new Scope(undefined, true)
      const configured = fe2e.configure({ ...small, modalities: ['vision'], statistics })
      const apply = configured.build(scope, widths, 2)
      const vision = scope.graph.input('vision', 'uint8', ['batch', 'vision_time', 3, 16, 16])
      const steps = scope.graph.input('vision_lengths', 'int64', ['batch'])
      apply({ features: { vision }, lengths: { vision: steps } })
      return scope.graph.updates.size
    }
    expect(updates('batch')).toBe(2 * 11)
    expect(updates('running')).toBe(0)
  })
})

test('faces are normalised by colour, and sound by its logarithm where so wanted', () => {
  const settings = fe2eSettings.parse({ sound: 'log' })
  const graph = new Graph()
  const faces = graph.input('faces', 'uint8', [1, 3, 1, 2])
  const sound = graph.input('sound', 'float32', [1, 1, 1, 2])
  const feeds = new Map([
    ['faces', { shape: [1, 3, 1, 2], data: [159, 196, 111, 78, 102, 134] }],
    ['sound', { shape: [1, 1, 1, 2], data: [0, 1] }],
  ])
  const outputs = [scaled(faces, 'vision', settings), scaled(sound, 'audio', settings)]
  const [normal, logarithm] = evaluate(outputs, feeds)
  expect(normal?.data).toEqual([0, 1, 0, -1, 0, 1])
  expect(logarithm?.data[0]).toBeCloseTo(Math.log(1e-6), 6)
  expect(logarithm?.data[1]).toBeCloseTo(0, 5)
})

test('steps go through packed, and come back to their places', () => {
  const graph = new Graph()
  const sequence = graph.input('sequence', 'float32', ['batch', 'time', 2])
  const steps = graph.input('lengths', 'int64', ['batch'])
  const { steps: all, places } = packed(sequence, steps)
  const random = new RandomStream(3, 'steps')
  const data = Array.from({ length: 3 * 4 * 2 }, () => random.normal())
  const feeds = new Map([
    ['sequence', { shape: [3, 4, 2], data }],
    ['lengths', { shape: [3], data: [2, 0, 4] }],
  ])
  const [one, two, sum] = evaluate([all, padded(all, places, sequence), reduceSum(all)], feeds)
  expect(one?.shape).toEqual([6, 2])
  expect(one?.data).toEqual([...data.slice(0, 4), ...data.slice(16)])
  expect(two?.data).toEqual([...data.slice(0, 4), ...Array(12).fill(0), ...data.slice(16)])
  expect(sum?.data[0]).toBeCloseTo([...data.slice(0, 4), ...data.slice(16)].reduce((a, b) => a + b))
})
