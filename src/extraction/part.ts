/** The features of one clip on disk, until those of all clips exist. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { type FeatureType, featureTypes } from '../data/feature.js'
import {
  inspectSafetensors,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../formats/safetensors/index.js'
import { fileTypes } from '../formats/safetensors/tensors.js'
import type { ClipFeature, ClipFeatures } from '../media/extract/clip.js'

/** The file of a clip, whose id may contain characters that file names may not. */
export function partPath(folder: string, id: string): string {
  return join(folder, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.safetensors`)
}

/**
 * Writes the features of a clip.
 *
 * @param key identifies what they were computed from; a part with another key is computed again
 */
export function writePart(path: string, key: string, { features, remarks }: ClipFeatures): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { dataType, shape, values, length, times }] of Object.entries(features)) {
    tensors.set(`feature.${name}`, { dtype: dataType, shape: [length, ...shape], data: values })
    if (times) tensors.set(`times.${name}`, { dtype: 'float64', shape: [length], data: times })
  }
  writeSafetensors(path, tensors, { key, remarks: JSON.stringify(remarks) })
}

/** Whether a clip's features exist and were computed from the same inputs. */
export function hasPart(path: string, key: string): boolean {
  if (!existsSync(path)) return false
  try {
    return inspectSafetensors(path).metadata.key === key
  } catch (error) {
    // A part that cannot be read is computed again.
    if (error instanceof LimbicError) return false
    throw error
  }
}

/**
 * The values of one feature of a clip; undefined if the clip lacks it.
 *
 * @throws LimbicError if the file is missing or damaged
 */
export function readFeature(path: string, name: string): ClipFeature['values'] | undefined {
  const entry = `feature.${name}`
  const values = readSafetensors(path, [entry]).tensors.get(entry)?.data
  const fits =
    values instanceof Float32Array ||
    values instanceof BigInt64Array ||
    values instanceof Uint8Array
  if (values === undefined || fits) return values
  throw new LimbicError('not a type of features', { where: `${path}, ${entry}` })
}

/** The types and shapes of a part's features, from its header alone. */
export function featuresIn(
  path: string,
): (Omit<ClipFeature, 'values' | 'times'> & { name: string })[] {
  return inspectSafetensors(path).tensors.flatMap(({ name: entry, shape, fileType }) => {
    const [, name] = /^feature\.(.*)$/.exec(entry) ?? []
    const [length = 0, ...step] = shape
    const { dtype } = fileTypes[fileType]
    if (name === undefined || !isFeatureType(dtype)) return []
    return [{ name, length, shape: step, dataType: dtype }]
  })
}

const isFeatureType = (type: string): type is FeatureType =>
  featureTypes.some((known) => known === type)
