/** The features of one clip on disk, until all clips of a corpus are there. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { parseJson, validate } from '../base/schema.js'
import { type FeatureType, featureTypes } from '../data/feature.js'
import {
  inspectSafetensors,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../formats/safetensors/index.js'
import { fileTypes } from '../formats/safetensors/tensors.js'
import type { ClipFeature, ClipFeatures } from '../media/extract/clip.js'

const remarksSchema = z.array(z.string())

/** The file of a clip: its id may hold anything that a name of a file may not. */
export function partPath(folder: string, id: string): string {
  return join(folder, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.safetensors`)
}

/**
 * Writes the features of a clip.
 *
 * @param key tells what they were made of; a part with another key is made again
 */
export function writePart(path: string, key: string, { features, remarks }: ClipFeatures): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { dataType, shape, values, length, times }] of Object.entries(features)) {
    tensors.set(`feature.${name}`, { dtype: dataType, shape: [length, ...shape], data: values })
    if (times) tensors.set(`times.${name}`, { dtype: 'float64', shape: [length], data: times })
  }
  writeSafetensors(path, tensors, { key, remarks: JSON.stringify(remarks) })
}

/** Whether a clip's features are there already, made of the same. */
export function hasPart(path: string, key: string): boolean {
  if (!existsSync(path)) return false
  try {
    return inspectSafetensors(path).metadata.key === key
  } catch (error) {
    // What cannot be read is made again.
    if (error instanceof LimbicError) return false
    throw error
  }
}

/** The features of a clip. @throws LimbicError if the file is missing or damaged */
export function readPart(path: string): ClipFeatures {
  const { tensors, metadata } = readSafetensors(path)
  const features: Record<string, ClipFeature> = {}
  for (const [name, { data, shape, dtype }] of tensors) {
    const [, feature] = /^feature\.(.*)$/.exec(name) ?? []
    if (feature === undefined) continue
    const times = tensors.get(`times.${feature}`)?.data
    const [length = 0, ...step] = shape
    features[feature] = {
      ...typed(data, `${path}, ${name} (${dtype})`),
      length,
      shape: step,
      ...(times instanceof Float64Array && { times }),
    }
  }
  const remarks = validate(remarksSchema, parseJson(metadata.remarks ?? '[]', path), path)
  return { features, remarks }
}

/** What the features of a part are, from its header alone. */
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

function typed(
  values: StoredTensor['data'],
  where: string,
): Pick<ClipFeature, 'values' | 'dataType'> {
  if (values instanceof Float32Array) return { values, dataType: 'float32' }
  if (values instanceof BigInt64Array) return { values, dataType: 'int64' }
  if (values instanceof Uint8Array) return { values, dataType: 'uint8' }
  throw new LimbicError('the type is none of a feature', { where })
}
