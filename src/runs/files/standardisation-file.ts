/** The statistics that features were standardised with, in a file. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import type { Standardisation } from '../../data/prepare/standardise/standardise.js'
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../formats/safetensors/index.js'
import { standardised } from '../../learn/records.js'

export function writeStandardisation(path: string, standardisation: Standardisation): void {
  const tensors = new Map<string, StoredTensor>()
  for (const modality of standardised) {
    const statistics = standardisation[modality]
    if (!statistics) continue
    for (const kind of ['mean', 'deviation'] as const) {
      const data = statistics[kind]
      tensors.set(`${modality}.${kind}`, { dtype: 'float32', shape: [data.length], data })
    }
  }
  writeSafetensors(path, tensors, {})
}

/** @throws LimbicError if the file is missing or damaged */
export function readStandardisation(path: string): Standardisation {
  if (!existsSync(path)) {
    throw new LimbicError('the statistics of the features are missing', {
      where: path,
      expected: 'the file that limbic train wrote, since the run standardised its features',
    })
  }
  const { tensors } = readSafetensors(path)
  const standardisation: Partial<
    Record<(typeof standardised)[number], { mean: Float32Array; deviation: Float32Array }>
  > = {}
  for (const modality of standardised) {
    const mean = tensors.get(`${modality}.mean`)?.data
    const deviation = tensors.get(`${modality}.deviation`)?.data
    if (mean === undefined && deviation === undefined) continue
    if (!(mean instanceof Float32Array && deviation instanceof Float32Array)) {
      throw new LimbicError('the file does not hold the statistics of features', {
        where: path,
        expected: `float32 tensors ${modality}.mean and ${modality}.deviation`,
      })
    }
    standardisation[modality] = { mean, deviation }
  }
  return standardisation
}
