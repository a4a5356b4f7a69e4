import { join } from 'node:path'
import { type MmsaOptions, openMmsa } from '../../../../src/data/corpora/mmsa/index.js'
import type { Dataset } from '../../../../src/data/dataset.js'
import { type ChangedSplits, type MmsaChanges, writeMmsa } from '../../../support/datasets.js'
import { temporaryFolder } from '../../../support/folders.js'

export const folder = temporaryFolder()
export const path = join(folder, 'features.pkl')

/** The three splits, each with some fields changed or (undefined) left out. */
export function open(
  changed: ChangedSplits,
  options?: MmsaOptions,
  protocol: 2 | 3 | 4 | 5 = 4,
): Dataset {
  return openMmsa(writeMmsa(path, changed, protocol), options)
}

export const everywhere = (changes: MmsaChanges): ChangedSplits => ({
  train: changes,
  valid: changes,
  test: changes,
})
