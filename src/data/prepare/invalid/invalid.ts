/** NaN and infinity among features: found once, when data is opened, and read as the policy says. */
import { LimbicError } from '../../../base/errors.js'
import { mapFeatures, type Split, type SplitName } from '../../dataset.js'
import { afterReading, type Feature, hasTime, typeOf } from '../../feature.js'
import { readEachNow } from '../../read-each.js'

/**
 * What to do with NaN and infinity among the features: treat them as missing (NaN), so that
 * statistics ignore them and training uses the mean; read 0 in their place; or refuse them.
 */
export type InvalidPolicy = (typeof invalidPolicies)[number]
export const invalidPolicies = ['mean', 'zero', 'refuse'] as const

/** The replacement for missing numbers, such as those of an empty sample. */
export function missingValue(policy: InvalidPolicy): number {
  return policy === 'mean' ? Number.NaN : 0
}

/** The features being checked, for messages. */
export interface FeaturePlace {
  /** The file or folder. */
  readonly file: string
  readonly split: SplitName
  /** The name of the feature. */
  readonly feature: string
  readonly ids: readonly string[]
}

/**
 * Reads all numbers of one feature and split once, sample by sample, to find NaN and infinity.
 *
 * @returns the source itself if there are none; else a source that replaces them by the policy, and
 * their count. NaN that stands for missing steps counts too.
 * @throws LimbicError naming sample, step and feature of the first, under the policy 'refuse'.
 */
export function withoutInvalid(
  source: Feature,
  policy: InvalidPolicy,
  place: FeaturePlace,
): { readonly source: Feature; readonly replaced: number } {
  let invalid = 0
  readEachNow(source, (values, sample) => {
    if (!(values instanceof Float32Array)) return
    for (let index = 0; index < values.length; index++) {
      if (Number.isFinite(values[index])) continue
      invalid++
      if (policy === 'refuse') refuse(values[index] ?? 0, index, sample, source, place)
    }
  })
  return invalid === 0
    ? { source, replaced: 0 }
    : { source: mendInvalid(source, policy), replaced: invalid }
}

/**
 * A split with every feature checked (see `withoutInvalid`).
 *
 * @param file the file or folder, for messages
 * @param notes receives how many numbers are replaced
 */
export function mendSplit(
  split: Split,
  name: SplitName,
  file: string,
  policy: InvalidPolicy,
  notes: string[],
): Split {
  const features = mapFeatures(split.features, (read, feature) => {
    if (typeOf(read) !== 'float32') return read
    const place = { file, split: name, feature, ids: split.ids }
    const { source, replaced } = withoutInvalid(read, policy, place)
    if (replaced > 0)
      notes.push(`${name}: ${replaced} invalid numbers of ${feature} ${become(policy)}`)
    return source
  })
  return { ...split, features }
}

/** A source whose samples without any true step are missing: one step of NaN, or of 0 unless `mean`. */
export function mendEmpty(
  source: Feature,
  empty: ArrayLike<number>,
  policy: InvalidPolicy,
): Feature {
  if (policy !== 'mean' || !Array.from(empty).some((one) => one !== 0)) return source
  return {
    ...source,
    read(sample, target, offset) {
      if (!empty[sample] || !(target instanceof Float32Array)) {
        return source.read(sample, target, offset)
      }
      target.fill(Number.NaN, offset, offset + (source.lengths[sample] ?? 0) * source.width)
    },
  }
}

/** How a sample without any true step is read, for messages. */
export function emptyWords(policy: InvalidPolicy): string {
  return policy === 'mean' ? 'one step of missing numbers, the mean of training' : 'a step of zeros'
}

/** How invalid numbers are treated, for messages. */
export function become(policy: InvalidPolicy): string {
  return policy === 'mean' ? 'are missing: they become the mean of training' : 'read as 0'
}

/** A source that replaces NaN and infinity as it is read: by 0, or by NaN under `mean`. */
export function mendInvalid(source: Feature, policy: InvalidPolicy): Feature {
  const value = missingValue(policy)
  return {
    ...source,
    read(sample, target, offset) {
      return afterReading(source.read(sample, target, offset), () => {
        if (!(target instanceof Float32Array)) return
        const end = offset + (source.lengths[sample] ?? 0) * source.width
        for (let index = offset; index < end; index++) {
          if (!Number.isFinite(target[index])) target[index] = value
        }
      })
    },
  }
}

/**
 * Replaces the numbers of a table that are not finite by the policy, in place, and returns their
 * count.
 *
 * @param where names file and table, for messages
 * @throws LimbicError naming row and feature of the first, under the policy 'refuse'.
 */
export function mendTable(
  values: Float32Array,
  width: number,
  policy: InvalidPolicy,
  where: string,
): number {
  let replaced = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    if (Number.isFinite(value)) continue
    if (policy === 'refuse') {
      throw notFinite(value, `${where}, row ${Math.floor(index / width)}, feature ${index % width}`)
    }
    values[index] = missingValue(policy)
    replaced++
  }
  return replaced
}

function refuse(
  value: number,
  index: number,
  sample: number,
  source: Feature,
  { file, split, feature, ids }: FeaturePlace,
): never {
  const { width } = source
  const step = hasTime(source) ? `, step ${Math.floor(index / width)}` : ''
  throw notFinite(
    value,
    `${file}, split ${split}, ${feature}, row ${sample} (${ids[sample]})${step}, feature ${index % width}`,
  )
}

function notFinite(value: number, where: string): LimbicError {
  return new LimbicError('a feature is not a finite number', {
    where,
    got: `${value}`,
    hint: 'Repair the file, or replace such numbers by the mean (--invalid mean) or 0 (--invalid zero)',
  })
}
