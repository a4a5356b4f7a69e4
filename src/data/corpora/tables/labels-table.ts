/** The table of labels of a folder: an id, a split and labels for each sample. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import { openValues } from '../../../formats/tree/index.js'
import type { SplitName } from '../../dataset.js'
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
  sentimentWords,
  splitOf,
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

/** A sample as the table has it. */
export interface LabelledSample {
  readonly id: string
  readonly split: SplitName
  readonly sentiment?: number
  readonly className?: string
  readonly words?: string
}

/**
 * The samples of a table with a column of ids (or `video_id` and `clip_id`, as in MMSA's label
 * files), one of splits, labels (a sentiment, or classes as texts, or both) and perhaps what was said.
 *
 * @throws LimbicError if there is no such column, or a row is in no split
 */
export async function readLabelsTable(folder: string, name: string): Promise<LabelledSample[]> {
  const where = join(folder, name)
  const file = await openValues(where)
  try {
    return labelledSamples(fieldsOf(file.root, where), where)
  } finally {
    file.close()
  }
}

/** The samples of a table that is open; see `readLabelsTable`. */
export function labelledSamples(columns: Fields, where: string): LabelledSample[] {
  const ids = requiredIds(columns, where)
  const splitColumn = firstOf(columns, splitColumns)
  if (splitColumn === undefined) {
    throw new LimbicError('no column says which split a sample is in', {
      where,
      expected: splitColumns.join(', '),
      got: [...columns.keys()].slice(0, 20).join(', '),
      hint: 'Add a column split with train, valid and test',
    })
  }
  const splits = textColumn(columns.get(splitColumn) ?? null, `${where}, ${splitColumn}`)
  const label = fieldValue(columns, [...sentimentWords, ...labelWords])
  const named = fieldValue(columns, classColumns)
  const texts = [named, label].find((value) => value !== undefined && holdsTexts(value))
  const numbers = label !== undefined && !holdsTexts(label) ? label : undefined
  if (texts === undefined && numbers === undefined) {
    throw new LimbicError('no column of labels', {
      where,
      expected: 'label or sentiment (numbers), or emotion or annotation (texts)',
      got: [...columns.keys()].slice(0, 20).join(', '),
    })
  }
  const sentiment = numbers && numberColumn(numbers, `${where}, label`)
  const classes = texts && textColumn(texts, `${where}, class`)
  const words = fieldValue(columns, [...transcriptWords, 'text'])
  const said = words && holdsTexts(words) ? textColumn(words, `${where}, text`, '') : undefined
  return ids.map((id, row) => {
    const split = splitOf(splits[row] ?? '')
    if (split === undefined) {
      throw new LimbicError('a sample is in no split', {
        where: `${where}, row ${row} (${id})`,
        expected: 'train, valid or test',
        got: `"${splits[row]}"`,
      })
    }
    return {
      id,
      split,
      ...(sentiment && { sentiment: sentiment[row] as number }),
      ...(classes && { className: classes[row] as string }),
      ...(said && { words: said[row] as string }),
    }
  })
}

/** The ids of a table: of MMSA's label files those of video and clip, else one column; undefined where there is none. */
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

/** Whether a table has labels, numbers or texts. */
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
