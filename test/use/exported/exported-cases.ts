import { expect } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import type { Feature, Split } from '../../../src/data/dataset.js'
import { type FeatureValues, wholeFeature } from '../../../src/data/feature.js'
import {
  type Standardisation,
  standardiseSplit,
} from '../../../src/data/prepare/standardise/standardise.js'
import { Predictor } from '../../../src/learn/predictor.js'
import { inputsFor, predictedFrom } from '../../../src/learn/step/features.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { lengthsName } from '../../../src/models/define/inputs.js'
import { givenWeights } from '../../../src/runs/train/given-weights.js'
import { nodeEngine, openSession } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { exportModel } from '../../../src/use/exported/export.js'
import type { ModelVariant } from '../../support/models/variants.js'

const tolerance = 1e-5
export const threads = { threads: 1 }
const metadata = { trainingData: 'made up', synthetic: true }

/** Batches of which no two have the same number of samples or of steps. */
export const batches = [
  { samples: 3, longest: 6, padding: 2 },
  { samples: 1, longest: 9, padding: 0 },
  { samples: 1, longest: 1, padding: 3 },
  { samples: 5, longest: 4, padding: 0 },
]
type BatchSizes = (typeof batches)[number]

export interface Case {
  readonly variant: ModelVariant
  readonly plain: Uint8Array
  readonly withMaps: Uint8Array
  readonly splits: readonly Split[]
  readonly feeds: readonly ReadonlyMap<string, Value>[]
  /** What training's predictor says of each batch. */
  readonly expected: readonly (readonly number[])[]
  /** What the files say of each batch in our own runtime. */
  readonly own: { readonly plain: readonly Outputs[]; readonly withMaps: readonly Outputs[] }
}

export type Outputs = Readonly<Record<string, readonly number[]>>
export const numbers = (values: ArrayLike<number | bigint>) => Array.from(values, Number)

/** Statistics far from those of standardised features. */
function statisticsOf({ model, settings, widths }: ModelVariant): Standardisation {
  const random = new RandomStream(3, 'statistics')
  const read = inputsFor(model.configure(settings), widths)
  return Object.fromEntries(
    read
      .filter(({ dataType, raw }) => dataType === 'float32' && !raw)
      .map(({ name, width }) => [
        name,
        {
          mean: Float32Array.from({ length: width }, () => random.uniform(-2, 5)),
          deviation: Float32Array.from({ length: width }, () => random.uniform(0.5, 4)),
        },
      ]),
  )
}

/** Raw features of unequal lengths; the first sample of the batch is the longest. */
function splitOf(variant: ModelVariant, { samples, longest }: BatchSizes): Split {
  const { model, settings, widths, integers } = variant
  const random = new RandomStream(5, 'features', samples, longest)
  const draw = (count: number) => Array.from({ length: count }, () => random.normal(1, 3))
  const drawLengths = () =>
    Array.from({ length: samples }, (_, row) => (row === 0 ? longest : 1 + random.integer(longest)))
  const shared = drawLengths()
  const features: Record<string, Feature> = {}
  const clocks = new Map<string, readonly number[]>()
  for (const { name, time, width, shape, dataType } of inputsFor(
    model.configure(settings),
    widths,
  )) {
    if (time === undefined) {
      features[name] = wholeFeature(width, Float32Array.from(draw(samples * width)))
      continue
    }
    const lengths = clocks.get(time) ?? (model.aligned ? shared : drawLengths())
    clocks.set(time, lengths)
    const of = { width, shape, dataType, time, lengths: Int32Array.from(lengths) }
    const rows = lengths.map((length) =>
      dataType === 'int64'
        ? Array.from({ length: length * width }, () => random.integer(integers?.[name] ?? 4))
        : draw(length * width),
    )
    features[name] = {
      ...of,
      read: (sample, target, offset) => {
        const row = rows[sample] ?? []
        if (target instanceof BigInt64Array) target.set(row.map(BigInt), offset)
        else target.set(row, offset)
      },
    }
  }
  return { ids: shared.map((_, row) => `clip ${row}`), features, targets: {} }
}

/** The same as raw feeds of the exported file; what stands after a sample's end does not matter. */
function feedsOf(
  split: Split,
  { model, settings, widths }: ModelVariant,
  padding: number,
): Map<string, Value> {
  const samples = split.ids.length
  const feeds = new Map<string, Value>()
  for (const input of predictedFrom(model.configure(settings), widths)) {
    const { name, time: axis, width, shape: step, dataType } = input
    const source = split.features[name]
    if (!source) continue
    const { lengths } = source
    const time = Math.max(...lengths) + (axis === undefined ? 0 : padding)
    const shape = axis === undefined ? [samples, width] : [samples, time, ...step]
    const count = samples * time * width
    const read = (data: FeatureValues) => {
      for (const row of lengths.keys()) void source.read(row, data, row * time * width)
    }
    if (dataType === 'int64') {
      const data = new BigInt64Array(count).fill(9n)
      read(data)
      feeds.set(name, { dataType, shape, data })
    } else if (dataType === 'uint8') {
      const data = new Uint8Array(count).fill(77)
      read(data)
      feeds.set(name, { dataType, shape, data })
    } else {
      const data = new Float32Array(count).fill(Number.NaN)
      read(data)
      feeds.set(name, { dataType: 'float32', shape, data })
    }
    if (axis === undefined) continue
    feeds.set(lengthsName(axis), {
      dataType: 'int64',
      shape: [samples],
      data: BigInt64Array.from(lengths, (length) => BigInt(length)),
    })
  }
  return feeds
}

/** Parameters that start at zero, such as a last layer, would hide all that comes before them. */
function stirZeros(weights: ReadonlyMap<string, Float32Array>): void {
  for (const [name, values] of weights) {
    if (values.some((value) => value !== 0)) continue
    const random = new RandomStream(13, name)
    for (const place of values.keys()) values[place] = random.normal(0, 0.3)
  }
}

export async function prepare(variant: ModelVariant): Promise<Case> {
  const { widths, task, settings } = variant
  const model = variant.model.configure(settings)
  const given = await givenWeights(model, task, {})
  const graph = predictionGraph(model, widths, task)
  const weights = TrainingState.initial(graph, 11, given).snapshot()
  stirZeros(weights)
  const standardisation = statisticsOf(variant)
  const options = { model, widths, task, weights, standardisation, metadata }
  // Where padding is seen, another padding is another prediction.
  const seen = 'padding' in settings && settings.padding === 'seen'
  const splits = batches.map((sizes) => splitOf(variant, sizes))
  const predictor = await Predictor.open({
    engine: nodeEngine,
    model,
    widths,
    task,
    session: threads,
  })
  const expected: number[][] = []
  for (const split of splits) {
    const known = standardiseSplit(split, standardisation)
    expected.push(numbers(await predictor.predict(known, weights)))
  }
  await predictor.close()
  const feeds = splits.map((split, index) =>
    feedsOf(split, variant, seen ? 0 : (batches[index]?.padding ?? 0)),
  )
  const plain = exportModel(options)
  const withMaps = exportModel({ ...options, maps: 'all' })
  const own = { plain: await run(plain, feeds), withMaps: await run(withMaps, feeds) }
  return { variant, plain, withMaps, splits, feeds, expected, own }
}

/** Every output of every batch. */
async function run(model: Uint8Array, feeds: Case['feeds']): Promise<Outputs[]> {
  const session = await openSession(model, threads)
  try {
    const results: Outputs[] = []
    for (const batch of feeds) {
      const values = [...(await session.run(batch))]
      results.push(Object.fromEntries(values.map(([name, { data }]) => [name, numbers(data)])))
    }
    return results
  } finally {
    await session.close()
  }
}

export function expectClose(got: readonly number[] = [], wanted: readonly number[] = []): void {
  expect(got.length).toBe(wanted.length)
  const errors = got.map((value, index) => Math.abs(value - (wanted[index] ?? Number.NaN)))
  expect(Math.max(...errors)).toBeLessThan(tolerance)
}
