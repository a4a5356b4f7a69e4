import { LimbicError } from '../../../base/errors.js'
import { mapFeatures, type Split, type SplitName } from '../../dataset.js'
import { afterReading, type Feature, hasTime, typeOf } from '../../feature.js'
import { readEachNow } from '../../read-each.js'

/** What to do with NaN and infinity among the features: stop, or read 0 in their place. */
export type InvalidPolicy = 'refuse' | 'replace'

/** Which features are being looked at, for messages. */
export interface FeaturePlace {
  /** The file or folder. */
  readonly file: string
  readonly split: SplitName
  /** The name of the feature. */
  readonly feature: string
  readonly ids: readonly string[]
}

/**
 * Reads all numbers of one feature and split once, sample by sample, in search of NaN and
 * infinity.
 *
 * @returns the source itself if it has none; else one that reads 0 in their place, with their number.
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
      if (policy === 'refuse') refuse(values[index] as number, index, sample, source, place)
    }
  })
  return invalid === 0
    ? { source, replaced: 0 }
    : { source: zeroInvalid(source), replaced: invalid }
}

/**
 * A split that was looked through, feature by feature (see `withoutInvalid`).
 *
 * @param file the file or folder, for messages
 * @param notes is told how many numbers are replaced
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
    if (replaced > 0) notes.push(`${name}: ${replaced} invalid numbers of ${feature} read as 0`)
    return source
  })
  return { ...split, features }
}

/** A source that reads 0 in the place of NaN and infinity, unseen until then. */
export function zeroInvalid(source: Feature): Feature {
  return {
    ...source,
    read(sample, target, offset) {
      return afterReading(source.read(sample, target, offset), () => {
        if (!(target instanceof Float32Array)) return
        const end = offset + (source.lengths[sample] ?? 0) * source.width
        for (let index = offset; index < end; index++) {
          if (!Number.isFinite(target[index])) target[index] = 0
        }
      })
    },
  }
}

/**
 * Reads 0 for every number of a table that is not finite, in place, and returns how many there were.
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
    const value = values[index] as number
    if (Number.isFinite(value)) continue
    if (policy === 'refuse') {
      throw notFinite(value, `${where}, row ${Math.floor(index / width)}, feature ${index % width}`)
    }
    values[index] = 0
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
  return new LimbicError('a feature is no finite number', {
    where,
    got: `${value}`,
    hint: 'Mend the file, or read such values as 0 (--invalid replace)',
  })
}
