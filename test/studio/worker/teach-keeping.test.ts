/** What is kept of a training, and when a take ends. */
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../../src/learn/ports.js'
import { checkFeatures, checkFusion, checkRows } from '../../../src/studio/worker/teach/check.js'
import { decodeKept, encodeKept } from '../../../src/studio/worker/teach/keeper.js'
import { withoutFrozen } from '../../../src/studio/worker/teach/slim.js'
import type { Take } from '../../../src/studio/worker/teach/take.js'
import { Taking } from '../../../src/studio/worker/teach/taking.js'
import type { CheckedFeature } from '../../../src/use/sample-steps.js'
import { memoryKeeper } from '../../support/models/memory-keeper.js'

const progress = {
  ...{ epoch: 2, step: 8, best: -2, bestEpoch: 2, seconds: 1.5 },
  plateau: { rate: 0.002, best: 0.7, bad: 0, cooling: 0 },
}
const epochs = [
  {
    ...{ epoch: 1, trainLoss: 1, validLoss: 2, rate: 0.002, seconds: 0.5, best: true },
    metrics: { accuracy: 0.5, auc: null },
  },
]
const numbers = new Map([
  ['parameter/head.weight', { shape: [1, 2], data: Float32Array.of(1, -2) }],
  ['first/head.weight', { shape: [1, 2], data: Float32Array.of(0.1, 0.2) }],
  ['parameter/encoder.weight', { shape: [3], data: Float32Array.of(5, 6, 7) }],
])
const checkpoint: Checkpoint = { progress, epochs, numbers }

describe('a checkpoint in the browser', () => {
  const best = new Map([['head.weight', Float32Array.of(3, 4)]])

  test('is read as it was written', () => {
    const kept = { ...checkpoint, best }
    expect(decodeKept(encodeKept(kept), 'x')).toEqual(kept)
  })

  test('that is damaged is refused', () => {
    const bytes = encodeKept({ ...checkpoint, best })
    expect(() => decodeKept(bytes.slice(0, 40), 'x')).toThrow(/^x/)
    const text = Buffer.from(bytes).toString('latin1').replace('step\\":8', 'step\\":x')
    expect(() => decodeKept(Buffer.from(text, 'latin1'), 'x')).toThrow(/^x/)
  })

  test('leaves out what is frozen, which is there again when it is read', async () => {
    const inner = memoryKeeper()
    const frozen = new Map([['encoder.weight', Float32Array.of(5, 6, 7)]])
    const shapes = new Map([
      ['head.weight', [1, 2]],
      ['encoder.weight', [3]],
    ])
    const keeper = withoutFrozen(inner, { weights: frozen, shapes })
    expect(await keeper.load()).toBeUndefined()
    await keeper.save(checkpoint, { weights: new Map([...best, ...frozen]), shapes })
    expect([...((await inner.load())?.numbers.keys() ?? [])]).toEqual([
      ...['parameter/head.weight', 'first/head.weight'],
    ])
    expect([...(await inner.best(shapes)).keys()]).toEqual(['head.weight'])
    expect(await keeper.load()).toEqual(checkpoint)
    expect(await keeper.best(shapes)).toEqual(new Map([...frozen, ...best]))
  })
})

describe('a take', () => {
  const window = (end: number, value: number) => ({
    ...{ start: end - 3, end },
    rows: [Float32Array.of(value, value), Float32Array.of(value, value)],
  })
  const features = (value: number) =>
    new Map([['audio', { values: new Float32Array(4).fill(value), steps: 2 }]])

  test('of the starter voice waits until a late worker has heard all of it', async () => {
    const taking = new Taking()
    taking.window(window(4, 1))
    const taken = taking.take({ kind: 'voice', input: 'audio' }, 7)
    taking.heard(6.9)
    taking.window(window(6.75, 2))
    taking.heard(7.1)
    taking.window(window(7, 3))
    taking.heard(7.3)
    expect(await taken).toEqual(features(3))
  })

  test('of the starter voice is nothing where nobody spoke', async () => {
    const taking = new Taking()
    taking.window(window(4, 1))
    const taken = taking.take({ kind: 'voice', input: 'audio' }, 7)
    taking.heard(7.5)
    expect(await taken).toBeUndefined()
  })

  test('of a model of one’s own is what it read for an answer of three seconds', async () => {
    const taking = new Taking()
    // An answer is underway that looks back as long as usual.
    expect(taking.seconds(4)).toBe(4)
    const taken = taking.take({ kind: 'own' }, 7)
    taking.given(features(1))
    taking.answered({ time: 8 })
    // Then one whose sound is late.
    expect(taking.seconds(4)).toBe(3)
    taking.given(features(2))
    taking.answered({ time: 7.2, heard: { start: 3, end: 6 } })
    expect(taking.seconds(4)).toBe(3)
    taking.given(features(3))
    taking.answered({ time: 7.4, heard: { start: 4.4, end: 7.3 } })
    expect(await taken).toEqual(features(3))
    expect(taking.seconds(4)).toBe(4)
  })

  test('ends with its source', async () => {
    const taking = new Taking()
    const taken = taking.take({ kind: 'own' }, 7)
    taking.end()
    expect(await taken).toBeUndefined()
  })
})

describe('what a file brings', () => {
  const inputs = [
    { name: 'audio', width: 2, steps: { axis: 'audio_time', lengths: 'audio_lengths' } },
    { name: 'prosody', width: 3 },
  ]
  const audio = { values: new Float32Array(4), steps: 2 }
  const prosody = { values: new Float32Array(3), steps: 1 }
  const takeOf = (features: Record<string, CheckedFeature>): Take => ({
    ...{ label: 0, rows: [] },
    features: new Map(Object.entries(features)),
  })

  test('is taken if it is what the model reads', () => {
    expect(() => checkFeatures([takeOf({ audio, prosody })], inputs)).not.toThrow()
    const rows = [{ voice: [0, 1], face: [1, 0] }]
    expect(() => checkRows([{ label: 0, rows }], ['happy', 'sad'])).not.toThrow()
    const fusion = [
      ['fusion.weight', new Float32Array(8)],
      ['fusion.bias', new Float32Array(2)],
    ] as const
    expect(() => checkFusion(new Map(fusion))).not.toThrow()
  })

  test.each([
    ['too few inputs', { audio }],
    ['more numbers than steps', { audio: { values: new Float32Array(5), steps: 2 }, prosody }],
    ['no step', { audio: { values: new Float32Array(0), steps: 0 }, prosody }],
    ['another type', { audio: { values: new Uint8Array(4), steps: 2 }, prosody }],
    ['steps where there are none', { audio, prosody: { values: new Float32Array(6), steps: 2 } }],
  ])('is refused with %s', (_, features) => {
    expect(() => checkFeatures([takeOf(features)], inputs)).toThrow(/^take 1, (audio|prosody)/)
  })

  test('is refused with answers to other emotions, and weights of another layer', () => {
    const rows = [{ voice: [0, 1], face: [1] }]
    expect(() => checkRows([{ label: 0, rows }], ['happy', 'sad'])).toThrow(/^take 1/)
    expect(() => checkFusion(new Map())).toThrow(/not the weights of the fusion/)
    expect(() => checkFusion(new Map([['fusion.bias', new Float32Array(2)]]))).toThrow(/fusion/)
  })
})
