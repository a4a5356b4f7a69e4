import { LimbicError } from '../../../base/errors.js'
import {
  type Dataset,
  type Modality,
  modalities,
  type Prosody,
  perSplit,
  type SequenceSource,
  type Split,
} from '../../dataset.js'
import { readEach } from '../../read-each.js'

/** Mean and deviation of each feature of one modality. */
export interface FeatureStatistics {
  readonly mean: Float32Array
  /** Standard deviation over the population; 1 where the feature never varies. */
  readonly deviation: Float32Array
}

/** What standardising a data set needs to know, to be kept with a trained model. */
export type Standardisation = Readonly<Partial<Record<Modality | 'prosody', FeatureStatistics>>>

/**
 * Mean and deviation of every feature over the true steps of a split (the training split, so that
 * nothing of the others is known), read one sample at a time, and of its prosody over the samples.
 * Accumulated in float64 by Welford's method. Padding never counts.
 */
export function fitStandardisation(split: Split): Standardisation {
  const statistics: Partial<Record<Modality | 'prosody', FeatureStatistics>> = {}
  for (const modality of modalities) {
    const source = split.sequences[modality]
    if (source) statistics[modality] = fitSource(source)
  }
  if (split.prosody) statistics.prosody = fitSource(prosodySource(split.prosody))
  return statistics
}

function fitSource(source: SequenceSource): FeatureStatistics {
  const { width } = source
  const mean = new Float64Array(width)
  const squares = new Float64Array(width)
  let steps = 0
  readEach(source, (values) => {
    for (let start = 0; start < values.length; start += width) {
      steps++
      for (let feature = 0; feature < width; feature++) {
        const value = values[start + feature] as number
        const before = value - (mean[feature] as number)
        const after = (mean[feature] as number) + before / steps
        mean[feature] = after
        squares[feature] = (squares[feature] as number) + before * (value - after)
      }
    }
  })
  const deviation = Float32Array.from(squares, (square, feature) => {
    const spread = Math.sqrt(square / Math.max(1, steps))
    // Below this, what is left of a constant is rounding.
    return spread > Math.max(1e-30, 1e-12 * Math.abs(mean[feature] as number)) ? spread : 1
  })
  return { mean: Float32Array.from(mean), deviation }
}

/**
 * A source whose features are (x - mean) / deviation, computed as they are read.
 *
 * @throws LimbicError if the statistics are of another number of features.
 */
export function standardiseSource(
  source: SequenceSource,
  { mean, deviation }: FeatureStatistics,
  where = 'standardisation',
): SequenceSource {
  const { width, lengths } = source
  if (mean.length !== width || deviation.length !== width) {
    throw new LimbicError('the statistics are of other features', {
      where,
      expected: `${width} features`,
      got: `${mean.length}`,
      hint: 'Use the statistics of the same data, or fit them anew',
    })
  }
  return {
    width,
    lengths,
    read(sample, target, offset) {
      source.read(sample, target, offset)
      const end = offset + (lengths[sample] as number) * width
      for (let step = offset; step < end; step += width) {
        for (let feature = 0; feature < width; feature++) {
          const centred = (target[step + feature] as number) - (mean[feature] as number)
          target[step + feature] = centred / (deviation[feature] as number)
        }
      }
    },
  }
}

/** Prosody as sequences of one step. */
function prosodySource({ width, values }: Prosody): SequenceSource {
  return {
    width,
    lengths: new Int32Array(width === 0 ? 0 : values.length / width).fill(1),
    read: (sample, target, offset) =>
      target.set(values.subarray(sample * width, (sample + 1) * width), offset),
  }
}

function standardiseProsody(prosody: Prosody, statistics: FeatureStatistics): Prosody {
  const { width } = prosody
  const source = standardiseSource(prosodySource(prosody), statistics, 'standardisation of prosody')
  const values = new Float32Array(prosody.values.length)
  for (const sample of source.lengths.keys()) source.read(sample, values, sample * width)
  return { width, values }
}

/** A split with those modalities, and the prosody, standardised that the statistics know. */
export function standardiseSplit(split: Split, statistics: Standardisation): Split {
  const sequences: Partial<Record<Modality, SequenceSource>> = { ...split.sequences }
  for (const modality of modalities) {
    const [source, known] = [split.sequences[modality], statistics[modality]]
    if (source && known) {
      sequences[modality] = standardiseSource(source, known, `standardisation of ${modality}`)
    }
  }
  return {
    ...split,
    sequences,
    ...(split.prosody &&
      statistics.prosody && { prosody: standardiseProsody(split.prosody, statistics.prosody) }),
  }
}

/** All splits standardised; by default with the statistics of the training split. */
export function standardiseDataset(
  dataset: Dataset,
  statistics: Standardisation = fitStandardisation(dataset.splits.train),
): Dataset {
  return {
    ...dataset,
    splits: perSplit((name) => standardiseSplit(dataset.splits[name], statistics)),
    close: () => dataset.close(),
  }
}
