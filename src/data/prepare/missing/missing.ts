/** Samples without some of their inputs, as when a camera is off or nothing was said. */
import { modalityOf } from '../../../base/modalities.js'
import { RandomStream } from '../../../base/random.js'
import type { Split } from '../../dataset.js'
import { clear, type Feature } from '../../feature.js'

/** Whether an input of a sample is missing. */
export type Missing = (name: string, sample: number) => boolean

/** An input of a model: its name, and the axis of its steps, which others may share. */
export interface TimedInput {
  readonly name: string
  /** Absent for an input without time. */
  readonly time?: string
}

/**
 * A standardised split in which some inputs of some samples are missing. A missing input is zeros,
 * the training mean: as many steps as before if others share its steps, otherwise one, because its
 * length is unknown.
 *
 * @param inputs the inputs of the model; other features stay as they are
 */
export function withMissing(split: Split, missing: Missing, inputs: readonly TimedInput[]): Split {
  const features = { ...split.features }
  for (const { name, time } of inputs) {
    const feature = features[name]
    if (!feature) continue
    const alone = inputs.filter((other) => other.time === time).length === 1
    const shortened = time !== undefined && alone
    features[name] = withoutSome(feature, (sample) => missing(name, sample), shortened)
  }
  return { ...split, features }
}

function withoutSome(
  feature: Feature,
  missing: (sample: number) => boolean,
  shortened: boolean,
): Feature {
  const lengths = shortened
    ? feature.lengths.map((length, sample) => (missing(sample) ? 1 : length))
    : feature.lengths
  return {
    ...feature,
    lengths,
    read(sample, target, offset) {
      if (!missing(sample)) return feature.read(sample, target, offset)
      clear(target, offset, offset + (lengths[sample] ?? 0) * feature.width)
    },
  }
}

/**
 * Each named input is missing from an exact share of the samples, chosen by the seed: a sample that
 * lacks it at one share lacks it at every higher one.
 *
 * @param samples the number of samples
 * @param shares from 0 to 1, by name
 */
export function missingShares(
  samples: number,
  shares: Readonly<Record<string, number>>,
  seed: number,
): Missing {
  const ranks = new Map(
    Object.entries(shares).map(([name, share]) => {
      const order = new RandomStream(seed, 'missing', name).permutation(samples)
      return [name, new Set(order.slice(0, Math.round(share * samples)))] as const
    }),
  )
  return (name, sample) => ranks.get(name)?.has(sample) ?? false
}

/**
 * Modality dropout: each modality of the named inputs is missing with the given probability, anew in
 * every epoch and independently of the others; where all would be missing, one of them, chosen at
 * random, stays. Inputs of one modality, such as its frames and their counts, are missing together.
 *
 * @param names two or more inputs
 */
export function droppedModalities(
  samples: number,
  names: readonly string[],
  probability: number,
  seed: number,
  epoch: number,
): Missing {
  const random = new RandomStream(seed, 'modality dropout', epoch)
  const groupOf = new Map(names.map((name) => [name, modalityOf(name)]))
  const groups = [...new Set(groupOf.values())]
  const dropped = new Map(groups.map((name) => [name, new Uint8Array(samples)] as const))
  for (let sample = 0; sample < samples; sample++) {
    const kept = groups[random.integer(groups.length)]
    const draws = groups.map(() => random.uniform() < probability)
    const all = draws.every(Boolean)
    for (const [place, name] of groups.entries()) {
      const own = dropped.get(name)
      if (own && draws[place] && !(all && name === kept)) own[sample] = 1
    }
  }
  return (name, sample) => dropped.get(groupOf.get(name) ?? '')?.[sample] === 1
}
