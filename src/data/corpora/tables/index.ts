/** Folders with a table of labels and, for each modality, one file per sample or one for all. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { openValues } from '../../../formats/tree/index.js'
import { type Dataset, type Modality, modalities } from '../../dataset.js'
import { type FeatureFileOptions, featureTable, modalityWords } from '../fields/index.js'
import { FeatureMemory, type Steps, samplesOf, stepsOf } from './features.js'
import { joinSamples } from './join.js'
import { findLabels, type LabelledSample, readLabelsTable } from './labels-table.js'

export { openTableFile } from './one-file.js'

const endings = /(\.[a-z0-9]{1,8}){1,2}$/i

/** Whether a folder has a table of labels and at least one modality. */
export function isTables(folder: string): boolean {
  return findLabels(folder) !== undefined && findModalities(folder).size > 0
}

/**
 * Opens a folder of tables: `labels.csv` (or `label.csv`, `metadata.csv`, `.tsv`, `.parquet`) with
 * ids, splits and labels, and for each modality a folder with one file per sample, named by its id,
 * or a single file with a column of ids, with an entry for each id, or with one row for each label.
 * Features are read into memory; samples that are not in every modality are left out and counted in
 * the notes.
 *
 * @throws LimbicError that names the file, row or sample
 */
export async function openTables(
  folder: string,
  options: FeatureFileOptions = {},
): Promise<Dataset> {
  const table = findLabels(folder)
  if (table === undefined) throw new LimbicError('no table of labels', { where: folder })
  const samples = await readLabelsTable(folder, table, options)
  const memory = new FeatureMemory()
  const found = new Map<Modality, ReadonlyMap<string, Steps> | readonly Steps[]>()
  for (const [modality, name] of findModalities(folder)) {
    found.set(modality, await readModality(join(folder, name), samples, memory))
  }
  return joinSamples(folder, { samples, found, from: table }, options)
}

/** The file or folder of each modality. */
function findModalities(folder: string): Map<Modality, string> {
  const names = readdirSync(folder)
  return new Map(
    modalities.flatMap((modality) => {
      const name = names.find((entry) =>
        modalityWords[modality].includes(entry.replace(endings, '').toLowerCase()),
      )
      return name === undefined ? [] : [[modality, name] as const]
    }),
  )
}

async function readModality(
  path: string,
  samples: readonly LabelledSample[],
  memory: FeatureMemory,
): Promise<ReadonlyMap<string, Steps> | readonly Steps[]> {
  if (statSync(path).isDirectory()) return readSampleFiles(path, memory)
  const file = await openValues(path)
  try {
    const byId = samplesOf(file.root, path, memory)
    if (byId !== undefined) return byId
    const { samples: rows, width, steps, read } = featureTable(file.root, path)
    if (rows !== samples.length) {
      throw new LimbicError('features and labels differ in number', {
        where: path,
        expected: `${samples.length}, one per row of the labels`,
        got: `${rows}`,
      })
    }
    return samples.map((_, row) => {
      const count = steps[row] ?? 0
      memory.take(4 * count * width, path)
      const values = new Float32Array(count * width)
      read(row, 0, count, values, 0)
      return { width, values }
    })
  } finally {
    file.close()
  }
}

/**
 * One file per sample: the id is the file name, preceded by the names of its subfolders
 * (`video/clip.csv`).
 */
async function readSampleFiles(
  folder: string,
  memory: FeatureMemory,
): Promise<ReadonlyMap<string, Steps>> {
  const found = new Map<string, Steps>()
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue
    const path = join(entry.parentPath, entry.name)
    const inner = entry.parentPath.slice(folder.length).split(/[\\/]/).filter(Boolean)
    const file = await openValues(path)
    try {
      const id = [...inner, entry.name.replace(endings, '')].join('$_$')
      found.set(id, stepsOf(file.root, path, memory))
    } finally {
      file.close()
    }
  }
  return found
}
