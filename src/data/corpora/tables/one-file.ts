/**
 * A single table with a column of ids: features, with labels in the same table or in another next
 * to it.
 */
import { basename, dirname } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import type { ValueFile } from '../../../formats/tree/index.js'
import { type Dataset, type Modality, modalities } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'
import {
  type FeatureFileOptions,
  type Fields,
  fieldsOf,
  holdsTexts,
  modalityWords,
} from '../fields/index.js'
import {
  FeatureMemory,
  isFeature,
  rowsById,
  type Steps,
  stepsById,
  stepsOfArray,
} from './features.js'
import { joinSamples } from './join.js'
import {
  findLabels,
  hasLabels,
  isColumn,
  type LabelledSample,
  labelledSamples,
  readLabelsTable,
  renameColumns,
  tableIds,
} from './labels-table.js'

/** The column names of tools: OpenFace's for faces, openSMILE's for voices. */
const toolColumns: readonly (readonly [columns: RegExp, modality: Modality, tool: string])[] = [
  [/^(AU\d\d_[rc]|gaze_|pose_[TR]|eye_lmk_|[xyXYZ]_\d+$|p_)/, 'vision', 'OpenFace'],
  [
    /^(F0|pcm_|mfcc|loudness|jitter|shimmer|audSpec|slope|spectral|alphaRatio|hammarberg|logRelF0|HNR|F[123](freq|band|amp)|equivalentSound|(Stddev|Mean)?(Uv|V)oiced)/i,
    'audio',
    'openSMILE',
  ],
]

/**
 * Opens a table (CSV, Parquet or ARFF) that is a data set by itself. Each row is a step of the
 * sample with its id. Columns of a modality begin with its name (`audio_0`, `vision.AU01_r`), or
 * are those of OpenFace or openSMILE, or are all columns if the file is named after a modality;
 * in Parquet a column may hold lists: a step, or all steps of a sample. Splits and labels are columns
 * of the same table, or of `labels.csv` (or another table of labels) beside it.
 *
 * @param file the table, which is read whole and closed
 * @throws LimbicError naming the file and what is missing
 */
export async function openTableFile(
  file: ValueFile,
  options: FeatureFileOptions = {},
): Promise<Dataset> {
  try {
    const { path } = file
    const columns = renameColumns(fieldsOf(file.root, path), options, path)
    const ids = tableIds(columns, path)
    if (ids === undefined) throw missing('no column of ids', path, columns, idAdvice)
    const rows = rowsById(ids)
    // A column y is a feature if there is an x or a clearer label column; otherwise it holds the
    // labels.
    const others = new Map([...columns].filter(([name]) => !/^y$/i.test(name)))
    const yIsFeature = hasLabels(others) || [...others.keys()].some((name) => /^x$/i.test(name))
    const { samples, from } = await labelsOf(yIsFeature ? others : columns, rows, path, options)
    const notes: string[] = []
    const found = featuresOf(yIsFeature ? columns : others, rows, path, notes)
    const dataset = joinSamples(path, { samples, found, from }, options)
    return { ...dataset, notes: [...notes, ...dataset.notes] }
  } finally {
    file.close()
  }
}

const idAdvice = {
  expected: 'id, name or file, or video_id and clip_id',
  hint: 'Give each row the id of its sample, in a column id',
}

function missing(
  what: string,
  where: string,
  columns: Fields,
  advice: { readonly expected: string; readonly hint: string },
): LimbicError {
  const got = [...columns.keys()].slice(0, 20).join(', ')
  return new LimbicError(what, { where, ...advice, got })
}

/** The labels of each sample, from its first row; its other rows must agree. */
async function labelsOf(
  columns: Fields,
  rows: ReadonlyMap<string, readonly number[]>,
  path: string,
  options: PartsOptions,
): Promise<{ samples: LabelledSample[]; from: string }> {
  if (!hasLabels(columns)) {
    const beside = findLabels(dirname(path))
    if (beside !== undefined && beside !== basename(path)) {
      return { samples: await readLabelsTable(dirname(path), beside, options), from: beside }
    }
    if (!options.unlabelled) {
      throw missing('no labels', path, columns, {
        expected: 'a column label or sentiment (numbers), or emotion (texts)',
        hint: 'Say which it is with --names labels=COLUMN, or put labels.csv with id, split and label beside the file',
      })
    }
  }
  const all = labelledSamples(columns, path, options)
  const samples = [...rows].flatMap(([id, own]) => {
    const [first, ...others] = own.flatMap((row) => all[row] ?? [])
    const other = others.findIndex((sample) => !isSame(sample, first))
    if (other < 0) return first ?? []
    throw new LimbicError('rows of one id have different splits or labels', {
      where: `${path}, rows ${own[0]} and ${own[other + 1]} (${id})`,
      expected: 'the same in every step of a sample',
      hint: 'Give samples ids of their own',
    })
  })
  return { samples, from: basename(path) }
}

function isSame(one: LabelledSample, other: LabelledSample | undefined): boolean {
  return (
    one.split === other?.split &&
    Object.is(one.sentiment, other.sentiment) &&
    one.className === other.className
  )
}

function featuresOf(
  columns: Fields,
  rows: ReadonlyMap<string, readonly number[]>,
  path: string,
  notes: string[],
): Map<Modality, ReadonlyMap<string, Steps>> {
  const memory = new FeatureMemory()
  const found = new Map<Modality, ReadonlyMap<string, Steps>>()
  const numbers = [...columns].filter(([name, value]) => isFeature(name, value))
  const left = new Set(numbers.map(([name]) => name))
  const take = (modality: Modality, chosen: typeof numbers) => {
    for (const [name] of chosen) left.delete(name)
    const values = chosen.map(([, value]) => value)
    found.set(modality, stepsById(values, rows, `${path}, ${modality}`, memory))
  }
  for (const modality of modalities) {
    const lists = [...columns].find(([name, value]) => isNamed(name, modality) && isLists(value))
    const own = numbers.filter(([name]) => isOf(name, modality))
    if (lists !== undefined) found.set(modality, stepsOfLists(lists[1], rows, path, memory))
    else if (own.length > 0) take(modality, own)
  }
  for (const [pattern, modality, tool] of toolColumns) {
    const own = numbers.filter(([name]) => left.has(name) && pattern.test(name))
    if (found.has(modality) || own.length === 0) continue
    notes.push(`${own.length} columns are called as ${tool} does, and read as ${modality}`)
    take(modality, own)
  }
  const called = modalities.find((modality) =>
    isNamed(basename(path).replace(/\..*/, ''), modality),
  )
  if (found.size === 0 && called !== undefined && numbers.length > 0) take(called, numbers)
  if (found.size === 0) {
    throw missing('no columns of features', path, columns, {
      expected:
        'columns of numbers called after their modality, such as text_0, audio_0 and vision_0',
      hint: 'Name them so, or call the file after the modality (audio.csv)',
    })
  }
  if (left.size > 0) {
    notes.push(`columns of no modality are not read: ${[...left].slice(0, 10).join(', ')}`)
  }
  return found
}

function isNamed(name: string, modality: Modality): boolean {
  return modalityWords[modality].includes(name.toLowerCase())
}

/** Whether a column's name begins with that of a modality: `audio`, `audio_0`, `audio.f0`, `audio12`. */
function isOf(name: string, modality: Modality): boolean {
  const [, word = ''] = /^([a-z]+)(?:\d+|[ _./:-].*|\[.*)?$/i.exec(name) ?? []
  return isNamed(word, modality)
}

function isLists(value: PickleValue): boolean {
  return isColumn(value) && Array.isArray(value) && !holdsTexts(value) && value.some(Array.isArray)
}

/** Lists: one step per row, or all steps of a sample. */
function stepsOfLists(
  value: PickleValue,
  rows: ReadonlyMap<string, readonly number[]>,
  where: string,
  memory: FeatureMemory,
): Map<string, Steps> {
  const cells = Array.isArray(value) ? value : []
  return new Map(
    [...rows].map(([id, own]) => {
      const steps = own.flatMap((row) => stepsOfCell(cells[row] ?? null))
      return [id, stepsOfArray(steps, `${where}, ${id}`, memory)]
    }),
  )
}

function stepsOfCell(cell: PickleValue): PickleValue[] {
  if (!Array.isArray(cell)) return []
  return cell.some(Array.isArray) ? cell : [cell]
}
