/** Features in files of one sample, or of one modality with a column of ids, as tools write them. */
import { LimbicError } from '../../../base/errors.js'
import { limit, overLimit } from '../../../disk/limits.js'
import { PickledArray, PickledObject, type PickleValue } from '../../../formats/pickle/index.js'
import { describeValue, featureTable, holdsTexts } from '../fields/index.js'
import { isColumn, tableIds } from './labels-table.js'

/** The features of one sample: steps x width, step by step. */
export interface Steps {
  readonly width: number
  readonly values: Float32Array
}

/**
 * Columns that describe the row, not a face or voice: OpenFace's (all but gaze, pose, landmarks and
 * action units), openSMILE's and general ones.
 */
const facts =
  /^(|frame|face_id|timestamp|confidence|success|name|frametime|framindex|frameindex|file|filename|start|end|time|index|__index_level_\d+__|unnamed: ?\d+|class|classes|emotion|emotions|annotations?|labels?|label_[tav]|sentiment|(regression|classification)_labels?|targets?|split|mode|set|partition|subset|fold|ids?|.*_id|.*_lengths?)$/i

/** Whether a column of a table holds features: numbers that describe a face or voice. */
export function isFeature(name: string, value: PickleValue): boolean {
  return isNumbers(value) && !facts.test(name)
}

/** Counts the memory of all features together. */
export class FeatureMemory {
  #taken = 0

  take(bytes: number, where: string): void {
    this.#taken += bytes
    if (this.#taken <= limit('memory')) return
    throw overLimit('the features take too much memory', 'memory', { where })
  }
}

/**
 * The features of one sample: an array of steps x width (or width); the numeric columns of a table
 * (OpenFace, openSMILE) except those that describe the row; or, in a MATLAB file (COVAREP) or
 * another with several arrays, `features` or the only numeric table.
 *
 * @throws LimbicError if there is none
 */
export function stepsOf(root: PickleValue, where: string, memory: FeatureMemory): Steps {
  if (!(root instanceof Map)) return stepsOfArray(root, where, memory)
  const columns = [...root].filter(([name, value]) => isFeature(`${name}`, value))
  if (columns.length > 0 && columns.every(([, value]) => isColumn(value))) {
    return stepsOfColumns(
      columns.map(([, value]) => numbersOf(value, where)),
      undefined,
      where,
      memory,
    )
  }
  const named = root.get('features')
  if (named instanceof PickledObject) {
    throw new LimbicError('invalid features', {
      where: `${where}, features`,
      expected: 'an array of steps x width',
      got: describeValue(named),
    })
  }
  if (named !== undefined && isNumbers(named)) return stepsOfArray(named, where, memory)
  const tables = columns.filter(
    ([, value]) => value instanceof PickledArray && value.shape.length === 2,
  )
  const [table] = tables
  if (table !== undefined && tables.length === 1) return stepsOfArray(table[1], where, memory)
  throw new LimbicError('no table of numbers', {
    where,
    expected:
      'columns of numbers, or one array of steps x width (called features, where there are several)',
    got: [...root.keys()].slice(0, 20).join(', '),
  })
}

/** The features of every sample of a file, by id; undefined if a table has no id column. */
export function samplesOf(
  root: PickleValue,
  where: string,
  memory: FeatureMemory,
): Map<string, Steps> | undefined {
  if (!(root instanceof Map)) return undefined
  const fields = new Map([...root].map(([name, value]) => [`${name}`, value]))
  const ids = tableIds(fields, where)
  if (ids === undefined) {
    const entries = [...fields].filter(([, value]) => value instanceof PickledArray)
    return new Map(
      entries.map(([id, value]) => [id, stepsOfArray(value, `${where}, ${id}`, memory)]),
    )
  }
  const columns = [...fields].filter(([name, value]) => isFeature(name, value))
  if (columns.length === 0) {
    throw new LimbicError('no columns of numbers', {
      where,
      got: [...fields.keys()].slice(0, 20).join(', '),
    })
  }
  const values = columns.map(([, value]) => value)
  return stepsById(values, rowsById(ids), where, memory)
}

/** The rows of each id, in order. */
export function rowsById(ids: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>()
  ids.forEach((id, row) => {
    const own = rows.get(id)
    if (own) own.push(row)
    else rows.set(id, [row])
  })
  return rows
}

/** The features of every sample of a table, whose rows are their steps. */
export function stepsById(
  columns: readonly PickleValue[],
  rows: ReadonlyMap<string, readonly number[]>,
  where: string,
  memory: FeatureMemory,
): Map<string, Steps> {
  const numbers = columns.map((value) => numbersOf(value, where))
  return new Map([...rows].map(([id, own]) => [id, stepsOfColumns(numbers, own, where, memory)]))
}

function stepsOfColumns(
  columns: readonly Float64Array[],
  rows: readonly number[] | undefined,
  where: string,
  memory: FeatureMemory,
): Steps {
  const width = columns.length
  const count = rows?.length ?? columns[0]?.length ?? 0
  memory.take(4 * count * width, where)
  const values = new Float32Array(count * width)
  for (let step = 0; step < count; step++) {
    const row = rows ? (rows[step] ?? 0) : step
    columns.forEach((column, index) => {
      values[step * width + index] = column[row] ?? 0
    })
  }
  return { width, values }
}

/** The features of one sample: an array or lists, steps x width or width. */
export function stepsOfArray(value: PickleValue, where: string, memory: FeatureMemory): Steps {
  const { width, steps, read } = featureTable([value], where)
  const count = steps[0] ?? 0
  memory.take(4 * count * width, where)
  const values = new Float32Array(count * width)
  read(0, 0, count, values, 0)
  return { width, values }
}

function isNumbers(value: PickleValue): boolean {
  return value instanceof PickledArray && value.content?.kind === 'stored' && !holdsTexts(value)
}

function numbersOf(value: PickleValue, where: string): Float64Array {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    return value.content.array.toNumbers()
  }
  throw new LimbicError('expected a column of numbers', { where, got: describeValue(value) })
}
