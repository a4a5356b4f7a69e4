/** From what a run is told of its data to the data. */
import { existsSync } from 'node:fs'
import { openDataset } from '../data/open.js'
import { synthesise } from '../data/synthetic/index.js'
import type { Dataset } from '../data/types.js'
import { type DataConfig, syntheticConfig } from './config.js'

/** What stands for a path where the data are to be generated. */
export const syntheticPath = 'synthetic'

/**
 * Opens a run's data: the file or folder at its path, or the generated corpus where the path is
 * "synthetic" and nothing of that name lies there.
 *
 * @throws LimbicError as `openDataset` and `synthesise` do
 */
export function openData(config: DataConfig): Dataset {
  if (!isSynthetic(config)) {
    return openDataset(config.path, { modalities: definedNames(config), invalid: config.invalid })
  }
  const { train, valid, test, ...options } = syntheticConfig.parse(config.synthetic ?? {})
  return synthesise({ ...options, samples: { train, valid, test } })
}

export function isSynthetic({ path }: Pick<DataConfig, 'path'>): boolean {
  return path === syntheticPath && !existsSync(path)
}

function definedNames({ names }: DataConfig): Partial<Record<keyof DataConfig['names'], string>> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined))
}
