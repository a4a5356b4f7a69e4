/** Standardises features with the statistics of the training split. */
import { LimbicError } from '../../../base/errors.js'
import {
  type Dataset,
  type Feature,
  mapFeatures,
  namedFeatures,
  perSplit,
  type Split,
} from '../../dataset.js'
import { afterReading, typeOf } from '../../feature.js'
import { readEach } from '../../read-each.js'

/** Mean and standard deviation of each dimension of one feature. */
export interface FeatureStatistics {
  readonly mean: Float32Array
  /** Population standard deviation; 1 for a constant dimension. */
  readonly deviation: Float32Array
}

/** The statistics that standardise a data set, saved with a trained model. */
export type Standardisation = Readonly<Record<string, FeatureStatistics>>

/**
 * Mean and standard deviation of every float32 feature over the true steps of a split (the training
 * split, so that nothing leaks from the others), read one sample at a time; without time, over the
 * samples. Accumulated in float64 by Welford's method, without padding and missing numbers (NaN).
 * Tokens and bytes are not standardised.
 */
export async function fitStandardisation({
  features,
}: Pick<Split, 'features'>): Promise<Standardisation> {
  const statistics: Record<string, FeatureStatistics> = {}
  for (const [name, feature] of namedFeatures(features)) {
    if (typeOf(feature) === 'float32') statistics[name] = await fitFeature(feature)
  }
  return statistics
}

/** Accumulates mean and deviation per dimension; for tokens both keep their initial values. */
export async function fitFeature(source: Feature): Promise<FeatureStatistics> {
  const { width } = source
  const mean = new Float64Array(width)
  const squares = new Float64Array(width)
  const known = new Float64Array(width)
  await readEach(source, (values) => {
    if (values instanceof BigInt64Array) return
    for (let start = 0; start < values.length; start += width) {
      for (let feature = 0; feature < width; feature++) {
        const value = values[start + feature] ?? 0
        if (Number.isNaN(value)) continue
        const steps = (known[feature] ?? 0) + 1
        known[feature] = steps
        const before = value - (mean[feature] ?? 0)
        const after = (mean[feature] ?? 0) + before / steps
        mean[feature] = after
        squares[feature] = (squares[feature] ?? 0) + before * (value - after)
      }
    }
  })
  const deviation = Float32Array.from(squares, (square, feature) => {
    const spread = Math.sqrt(square / Math.max(1, known[feature] ?? 0))
    // A smaller deviation is the rounding error of a constant.
    return spread > Math.max(1e-30, 1e-12 * Math.abs(mean[feature] ?? 0)) ? spread : 1
  })
  return { mean: Float32Array.from(mean), deviation }
}

/**
 * A feature whose numbers are (x - mean) / deviation, computed as they are read; missing numbers
 * (NaN) become 0, the mean.
 *
 * @throws LimbicError if the statistics have another width.
 */
export function standardiseFeature(
  feature: Feature,
  { mean, deviation }: FeatureStatistics,
  where = 'standardisation',
): Feature {
  const { width, lengths } = feature
  if (mean.length !== width || deviation.length !== width || typeOf(feature) !== 'float32') {
    throw new LimbicError('the statistics belong to other features', {
      where,
      expected: `${width} features`,
      got: `${mean.length}`,
      hint: 'Use the statistics of the same data, or fit them again',
    })
  }
  return {
    ...feature,
    read(sample, target, offset) {
      return afterReading(feature.read(sample, target, offset), () => {
        if (!(target instanceof Float32Array)) return
        const end = offset + (lengths[sample] ?? 0) * width
        for (let step = offset; step < end; step += width) {
          for (let number = 0; number < width; number++) {
            const centred = (target[step + number] ?? 0) - (mean[number] ?? 0)
            target[step + number] = Number.isNaN(centred) ? 0 : centred / (deviation[number] ?? 0)
          }
        }
      })
    },
  }
}

/**
 * A data set with missing numbers (NaN) replaced by the training mean, not standardised.
 */
export async function fillMissing(dataset: Dataset): Promise<Dataset> {
  const statistics = await fitStandardisation(dataset.splits.train)
  const fill = (feature: Feature, name: string): Feature => {
    const mean = statistics[name]?.mean
    if (!mean) return feature
    return {
      ...feature,
      read(sample, target, offset) {
        return afterReading(feature.read(sample, target, offset), () => {
          if (!(target instanceof Float32Array)) return
          const end = offset + (feature.lengths[sample] ?? 0) * feature.width
          for (let place = offset; place < end; place++) {
            if (!Number.isNaN(target[place])) continue
            target[place] = mean[(place - offset) % feature.width] ?? 0
          }
        })
      },
    }
  }
  const splits = perSplit((name) => ({
    ...dataset.splits[name],
    features: mapFeatures(dataset.splits[name].features, fill),
  }))
  return { ...dataset, splits, close: () => dataset.close() }
}

/** Standardises the features of a split that have statistics. */
export function standardiseSplit(split: Split, statistics: Standardisation): Split {
  return {
    ...split,
    features: mapFeatures(split.features, (feature, name) => {
      const known = statistics[name]
      return known ? standardiseFeature(feature, known, `standardisation of ${name}`) : feature
    }),
  }
}

/** Standardises all splits. */
export function standardiseDataset(dataset: Dataset, statistics: Standardisation): Dataset {
  return {
    ...dataset,
    splits: perSplit((name) => standardiseSplit(dataset.splits[name], statistics)),
    close: () => dataset.close(),
  }
}
