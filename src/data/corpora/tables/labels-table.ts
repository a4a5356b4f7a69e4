/** The table of labels of a folder: an id, a split and labels for each sample. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import { openValues } from '../../../formats/tree/index.js'
import type { SplitName } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'
import {
  classWords,
  type Fields,
  fieldsOf,
  fieldValue,
  firstOf,
  holdsTexts,
  idWords,
  labelWords,
  numberColumn,
  renameFields,
  required,
  sentimentWords,
  splitNamed,
  textColumn,
  transcriptWords,
} from '../fields/index.js'

const tableName = /^(labels?|metadata|meta)\.(csv|tsv|txt|parquet|arff)(\.(gz|bz2|xz|zip))?$/i
const classColumns = ['annotation', 'annotations', ...classWords] as const
const splitColumns = ['split', 'mode', 'set', 'partition', 'subset', 'fold'] as const

/** The table of labels in a folder, if there is one. */
export function findLabels(folder: string): string | undefined {
  return readdirSync(folder).find((name) => tableName.test(name))
}

/** A sample of the table. */
export interface LabelledSample {
  readonly id: string
  /** Its row in the table, from 0, since several samples may share an id. */
  readonly row: number
  readonly split: SplitName
  readonly sentiment?: number
  readonly className?: string
  readonly words?: string
}

/**
 * The samples of a table with a column of ids (or `video_id` and `clip_id`, as in MMSA's label
 * files), one of splits, labels (a sentiment, or classes as texts, or both) and perhaps what was said.
 *
 * @throws LimbicError if a required column is missing, or a row is in no split
 */
export async function readLabelsTable(
  folder: string,
  name: string,
  options: PartsOptions = {},
): Promise<LabelledSample[]> {
  const where = join(folder, name)
  const file = await openValues(where)
  try {
    return labelledSamples(
      renameColumns(fieldsOf(file.root, where), options, where),
      where,
      options,
    )
  } finally {
    file.close()
  }
}

/** Columns with those named in the options renamed to Limbic's names. */
export function renameColumns(columns: Fields, options: PartsOptions, where: string): Fields {
  const { names = {} } = options
  const renamed = renameFields(columns, { names }, where)
  if (names.split === undefined) return renamed
  const others = [...renamed].filter(
    ([key]) => key !== names.split && !splitColumns.some((word) => word === key.toLowerCase()),
  )
  return new Map([...others, ['split', required(columns, names.split, where, 'column')]])
}

/** The samples of an open table; see `readLabelsTable`. */
export function labelledSamples(
  columns: Fields,
  where: string,
  options: PartsOptions = {},
): LabelledSample[] {
  const ids = requiredIds(columns, where)
  const splits = splitsOf(columns, ids, where, options)
  const label = fieldValue(columns, [...sentimentWords, ...labelWords])
  const named = fieldValue(columns, classColumns)
  const texts = [named, label].find((value) => value !== undefined && holdsTexts(value))
  const numbers = label !== undefined && !holdsTexts(label) ? label : undefined
  if (texts === undefined && numbers === undefined && !options.unlabelled) {
    throw new LimbicError('no column of labels', {
      where,
      expected: 'label or sentiment (numbers), or emotion or annotation (texts)',
      got: [...columns.keys()].slice(0, 20).join(', '),
      hint: 'Say which it is with --names labels=COLUMN',
    })
  }
  const sentiment = numbers && numberColumn(numbers, `${where}, label`)
  const classes = texts && textColumn(texts, `${where}, class`)
  const words = fieldValue(columns, [...transcriptWords, 'text'])
  const said = words && holdsTexts(words) ? textColumn(words, `${where}, text`, '') : undefined
  return ids.map((id, row) => ({
    id,
    row,
    split: splits[row] ?? 'train',
    ...(sentiment && { sentiment: elementAt(sentiment, row, 'label') }),
    ...(classes && { className: elementAt(classes, row, 'label') }),
    ...(said && { words: elementAt(said, row, 'text') }),
  }))
}

/** The split of each row; without a split column, the only split that is read. */
function splitsOf(
  columns: Fields,
  ids: readonly string[],
  where: string,
  options: PartsOptions,
): readonly SplitName[] {
  const column = firstOf(columns, splitColumns)
  if (column === undefined) {
    const single = options.only?.[0] ?? (options.partial ? 'train' : undefined)
    if (single !== undefined) return ids.map(() => single)
    throw new LimbicError('no column says which split a sample is in', {
      where,
      expected: splitColumns.join(', '),
      got: [...columns.keys()].slice(0, 20).join(', '),
      hint: 'Add a column split with train, valid and test, or divide the samples with --divide random',
    })
  }
  const cells = textColumn(columns.get(column) ?? null, `${where}, ${column}`)
  return ids.map((id, row) => {
    const split = splitNamed(cells[row] ?? '', options)
    if (split !== undefined) return split
    throw new LimbicError('a sample is in no split', {
      where: `${where}, row ${row} (${id})`,
      expected: 'train, valid or test',
      got: `"${cells[row]}"`,
      hint: 'Say what the table calls them with --names valid=NAME',
    })
  })
}

/**
 * The ids of a table: from one column or, as in MMSA's label files, from video and clip; undefined
 * without either.
 */
export function tableIds(columns: Fields, where: string): string[] | undefined {
  const [video, clip] = [fieldValue(columns, ['video_id']), fieldValue(columns, ['clip_id'])]
  if (isColumn(video) && isColumn(clip)) {
    const clips = textColumn(clip, `${where}, clip_id`)
    return textColumn(video, `${where}, video_id`).map((name, row) => `${name}$_$${clips[row]}`)
  }
  const ids = fieldValue(columns, idWords)
  return isColumn(ids) ? textColumn(ids, `${where}, id`) : undefined
}

function requiredIds(columns: Fields, where: string): string[] {
  const ids = tableIds(columns, where)
  if (ids !== undefined) return ids
  throw new LimbicError('no column of ids', {
    where,
    expected: 'id, name or file, or video_id and clip_id',
    got: [...columns.keys()].slice(0, 20).join(', '),
  })
}

/** Whether a table has labels, as numbers or text. */
export function hasLabels(columns: Fields): boolean {
  return [...sentimentWords, ...labelWords, ...classColumns].some(
    (name) => firstOf(columns, [name]) !== undefined,
  )
}

/** Whether a value is a column of a table: one number or text for each row. */
export function isColumn(value: PickleValue | undefined): value is PickleValue {
  if (value instanceof PickledArray) return value.shape.length === 1
  return Array.isArray(value)
}
