/** MESM by itself: against the float64 interpreter, at every share, and its sparse parts against dense ones. */
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import { convolution, Graph, reshape, type Tensor, transpose } from '../../../src/graph/index.js'
import { mesm } from '../../../src/models/index.js'
import { nucleus, Scope } from '../../../src/nn/index.js'
import {
  activePositions,
  atActive,
  halved,
  neighboursOf,
  rowsOf,
  spreadMaps,
} from '../../../src/nn/sparse/positions.js'
import { submanifoldConvolution } from '../../../src/nn/sparse/submanifold.js'
import type { NdArray } from '../../reference/array.js'
import { evaluate } from '../../reference/evaluate.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const small = {
  ...{ faceSize: 16, bands: 16, windows: 16, channels: [2, 2, 2, 2, 2, 3], flattenWidth: 3 },
  ...{ width: 4, heads: 2, layers: 1, feedForward: 5, dropout: 0, attentionWidths: [3, 2, 3] },
  ...{ vocabulary: 7, longestText: 12, textEmbedding: 3, textWidth: 4, textHeads: 2 },
  ...{ textLayers: 1, textFeedForward: 5, textDropout: 0 },
}
const widths = { text: 1, audio: 16 * 16, vision: 3 * 16 * 16 }
const lengths = { text: [3, 2], audio: [2, 1], vision: [1, 2] }

const of = (settings: object) => ({
  ...{ model: mesm, widths, lengths, outputs: 3, settings: { ...small, ...settings }, scale: 0.3 },
})

// Dead positions have equal weights: at this share none of them is the last one selected.
describeModel('MESM', of({ share: 0.65 }), { together: true })
describeModel(
  'MESM whose attention learns',
  of({ modalities: ['text', 'vision'], attentionGradient: 'straight-through', share: 0.7 }),
  { together: true },
)
describeModel(
  'MESM with features in other frames',
  of({ modalities: ['text', 'audio'], pairing: 'published' }),
  { together: true },
)

describe('MESM', () => {
  test('answers for samples without a frame, a chunk, or both', async () => {
    for (const none of [
      { text: [2, 2], audio: [0, 1], vision: [1, 0] },
      { text: [2, 1], audio: [0, 0], vision: [0, 0] },
    ]) {
      const { outputs, feeds } = smallModelOf({ ...of({}), lengths: none })
      const results = await runSmall({ prediction: outputs.prediction, ...outputs.maps }, feeds)
      for (const [name, { data }] of results) {
        expect(Array.from(data, Number).every(Number.isFinite), name).toBe(true)
      }
    }
  })

  test('selects more the larger the share, and everything at 1', async () => {
    const activeAt = async (share: number) => {
      const { outputs, feeds } = smallModelOf(of({ share }))
      const results = await runSmall(outputs.maps, feeds)
      return [1, 2, 3].map((block) =>
        Array.from(results.get(`active.vision.${block}`)?.data ?? [], Number).reduce(
          (a, b) => a + b,
        ),
      )
    }
    const [none = [], some = [], more = [], all = []] = [
      await activeAt(0),
      await activeAt(0.3),
      await activeAt(0.7),
      await activeAt(1),
    ]
    // Three frames, of 8 x 8, 4 x 4 and 2 x 2 positions.
    expect(none).toEqual([3, 3, 3])
    expect(all).toEqual([3 * 64, 3 * 16, 3 * 4])
    expect(some[0]).toBeGreaterThan(none[0] ?? 0)
    expect(more[0]).toBeGreaterThan(some[0] ?? 0)
    expect(all[0]).toBeGreaterThan(more[0] ?? 0)
  })

  test('wants words to look with', () => {
    expect(() => mesm.configure({ modalities: ['audio', 'vision'] })).toThrow(/words select/)
    expect(() => mesm.configure({ modalities: ['text'] })).toThrow(/words select/)
  })
})

/** Two maps of 4 x 6, of which some positions are active. */
const size = [2, 3, 4, 6] as const
const random = new RandomStream(9, 'sparse')
const draw = (shape: readonly number[]): NdArray => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
})
const mask: NdArray = {
  shape: [2, 4, 6],
  data: Array.from({ length: 48 }, () => (random.uniform(0, 1) < 0.4 ? 1 : 0)),
}
const maps = draw(size)

/** The maps where the mask is 1, 0 elsewhere, by plain loops. */
const masked = (values: NdArray, by: NdArray): NdArray => {
  const [, channels = 0, rows = 0, columns = 0] = values.shape
  return {
    ...values,
    data: values.data.map((value, at) => {
      const map = Math.floor(at / (channels * rows * columns))
      return value * (by.data[map * rows * columns + (at % (rows * columns))] ?? 0)
    }),
  }
}

describe('sparse layers', () => {
  test.each([
    ['some', mask],
    ['all', { ...mask, data: mask.data.map(() => 1) }],
  ])('a submanifold convolution at %s positions is the ordinary one, read there', (_, mask) => {
    const graph = new Graph()
    const scope = new Scope(graph)
    const given = graph.input('maps', 'float32', size)
    const active = activePositions(graph.input('mask', 'bool', [2, 4, 6]))
    const convolve = submanifoldConvolution(scope, { inputs: 3, filters: 2 })
    const sparse = spreadMaps(
      convolve(atActive(rowsOf(given), active), neighboursOf(active)),
      active,
    )
    const zeroed = graph.input('zeroed', 'float32', size)
    const weight = graph.parameters.get('weight')?.tensor as Tensor
    const kernel = reshape(transpose(weight, [2, 1, 0]), [2, 3, 3, 3])
    const dense = convolution(zeroed, kernel, { padding: 1 })
    const feeds = new Map([
      ['maps', maps],
      ['mask', mask],
      ['zeroed', masked(maps, mask)],
      ['weight', draw([9, 3, 2])],
    ])
    const [ours, theirs] = evaluate([sparse, dense], feeds)
    const expected = masked(theirs as NdArray, mask)
    for (const [at, value] of expected.data.entries()) expect(ours?.data[at]).toBeCloseTo(value, 9)
  })

  test('halved positions are those of the maximum over 2 x 2', () => {
    const graph = new Graph()
    const before = activePositions(graph.input('mask', 'bool', [2, 4, 6]))
    const { active, windows, parents } = halved(before)
    const [after, four, own, numbers] = evaluate(
      [active.mask, windows, parents, before.numbers],
      new Map([['mask', mask]]),
    )
    const at = (map: number, row: number, column: number) => map * 24 + row * 6 + column
    const expected: number[] = []
    for (let map = 0; map < 2; map++) {
      for (let row = 0; row < 2; row++) {
        for (let column = 0; column < 3; column++) {
          const places = [0, 1, 6, 7].map((step) => at(map, 2 * row, 2 * column) + step)
          const any = places.some((place) => mask.data[place] === 1)
          expect(after?.data[map * 6 + row * 3 + column]).toBe(any ? 1 : 0)
          if (any) expected.push(...places.map((place) => numbers?.data[place] ?? NaN))
        }
      }
    }
    expect(four?.data).toEqual(expected)
    for (const [index, parent] of (own?.data ?? []).entries()) {
      const window = four?.data.slice((parent - 1) * 4, parent * 4)
      expect(window).toContain(index + 1)
    }
  })

  test('the nucleus is the fewest candidates whose weights reach the share', () => {
    const graph = new Graph()
    const weights = graph.input('weights', 'float32', ['maps', 5])
    const candidates = graph.input('candidates', 'bool', ['maps', 5])
    const shares = [0, 0.3, 0.5, 0.75, 0.9, 1]
    const feeds = new Map([
      ['weights', { shape: [2, 5], data: [0.1, 0.4, 0.05, 0.25, 0.2, 0, 0.5, 0, 0.5, 0] }],
      ['candidates', { shape: [2, 5], data: [1, 1, 1, 1, 1, 1, 1, 0, 1, 0] }],
    ])
    const chosen = evaluate(
      shares.map((share) => nucleus(weights, candidates, share)),
      feeds,
    ).map(({ data }) => data.join(''))
    expect(chosen).toEqual([
      '0100001000',
      '0100001000',
      '0101001000',
      '0101101010',
      '1101101010',
      '1111111010',
    ])
  })
})
