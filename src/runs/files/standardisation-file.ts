/** The statistics that features were standardised with, in a file. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import type {
  FeatureStatistics,
  Standardisation,
} from '../../data/prepare/standardise/standardise.js'
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../formats/safetensors/index.js'

export function writeStandardisation(path: string, standardisation: Standardisation): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, statistics] of Object.entries(standardisation)) {
    if (!statistics) continue
    for (const kind of ['mean', 'deviation'] as const) {
      const data = statistics[kind]
      tensors.set(`${name}.${kind}`, { dtype: 'float32', shape: [data.length], data })
    }
  }
  writeSafetensors(path, tensors, {})
}

/** @throws LimbicError if the file is missing or damaged */
export function readStandardisation(path: string): Standardisation {
  if (!existsSync(path)) {
    throw new LimbicError('the feature statistics are missing', {
      where: path,
      expected: 'the file written by limbic train, because the run standardises its features',
    })
  }
  const { tensors } = readSafetensors(path)
  const standardisation: Record<string, FeatureStatistics> = {}
  const names = new Set([...tensors.keys()].map((key) => key.replace(/\.(mean|deviation)$/, '')))
  for (const name of names) {
    const mean = tensors.get(`${name}.mean`)?.data
    const deviation = tensors.get(`${name}.deviation`)?.data
    if (!(mean instanceof Float32Array && deviation instanceof Float32Array)) {
      throw new LimbicError('the file does not contain the feature statistics', {
        where: path,
        expected: `float32 tensors ${name}.mean and ${name}.deviation`,
      })
    }
    standardisation[name] = { mean, deviation }
  }
  return standardisation
}
