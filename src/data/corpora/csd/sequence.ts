/** Reads one computational sequence (.csd). */

import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { isTypedArray } from '../../../base/numbers.js'
import { closeOnFailure } from '../../../disk/files.js'
import { type Hdf5File, type Hdf5Table, openHdf5 } from '../../../formats/hdf5/hdf5.js'
import { openUnpacked } from '../../../formats/packed/index.js'

/**
 * An open computational sequence of the CMU-MultimodalSDK: for each video a table of rows, each
 * with the interval that it covers. Rows are read from the file on demand.
 */
export interface ComputationalSequence {
  readonly path: string
  /** The name of the file's root group, such as `CMU_MOSEI_COVAREP`. */
  readonly name: string
  /** Whether the rows are numbers, or words as text (where `sp` is a pause). */
  readonly kind: 'numbers' | 'words'
  /** Numbers in a row; 1 for words. */
  readonly width: number
  /** Ids of the videos, in the file's order. */
  readonly entries: ReadonlyMap<string, SequenceEntry>
  /** The number of rows without a valid interval in each entry whose intervals have been read. */
  readonly invalidIntervals: ReadonlyMap<string, number>
  /** Closes the file; entries cannot be read afterwards. */
  close(): void
}

/** The rows of one video. Each getter reads the file anew. */
export interface SequenceEntry {
  readonly rows: number
  /**
   * The numbers, `rows x width`, row by row.
   * @throws LimbicError if the sequence holds words, or the file is damaged.
   */
  features(): Float32Array
  /**
   * The words, one per row.
   * @throws LimbicError if the sequence holds numbers, or the file is damaged.
   */
  words(): string[]
  /**
   * Start and end of each row, `rows x 2`, in seconds (or the file's own unit). A row whose
   * interval is inverted or not finite gets one of no duration, so that nothing is aligned to it;
   * see `ComputationalSequence.invalidIntervals`.
   */
  intervals(): Float64Array
}

/**
 * Opens a `.csd` file: an HDF5 file with one root group named like the sequence, which holds
 * `data/<video>/features` (rows x width, numbers or fixed-length text) and
 * `data/<video>/intervals` (rows x 2). It may be compressed; it is then decompressed to a temporary
 * file while open.
 *
 * @throws LimbicError, naming file and entry, if the file is missing, damaged or not HDF5, a
 * group is missing, features and intervals differ in their rows, or widths differ among videos.
 */
export async function openComputationalSequence(path: string): Promise<ComputationalSequence> {
  const source = await openUnpacked(path)
  const file = await openHdf5(source).catch((error: unknown) => {
    source.close()
    throw error
  })
  return closeOnFailure(file, () => readLayout(file))
}

/** @throws LimbicError if the sequence has no such video. */
export function entryOf(sequence: ComputationalSequence, video: string): SequenceEntry {
  const entry = sequence.entries.get(video)
  if (entry !== undefined) return entry
  throw new LimbicError('no such video', { where: sequence.path, got: video })
}

function readLayout(file: Hdf5File): ComputationalSequence {
  const name = rootName(file)
  const ids = file.names(`${name}/data`)
  if (ids === undefined || ids.length === 0) {
    throw new LimbicError('no videos', {
      where: file.path,
      expected: `a group ${name}/data with one group per video`,
      got:
        ids === undefined
          ? `only ${(file.names(name) ?? []).join(', ') || 'an empty group'}`
          : 'an empty group',
      hint: 'Is it a computational sequence of the CMU-MultimodalSDK?',
    })
  }
  const entries = new Map<string, SequenceEntry>()
  const invalidIntervals = new Map<string, number>()
  const layouts = ids.map((id) => [id, entryLayout(file, name, id)] as const)
  const [, first] = elementAt(layouts, 0, 'video')
  for (const [id, layout] of layouts) {
    if (layout.kind !== first.kind || layout.width !== first.width) {
      throw new LimbicError('videos differ in their features', {
        where: layout.where,
        expected: `${first.width} ${first.kind} per row, as in the first video`,
        got: `${layout.width} ${layout.kind}`,
      })
    }
    entries.set(
      id,
      entry(layout, (count) => invalidIntervals.set(id, count)),
    )
  }
  const { kind, width } = first
  const { path } = file
  return { path, name, kind, width, entries, invalidIntervals, close: () => file.close() }
}

function rootName(file: Hdf5File): string {
  const names = file.names('') ?? []
  const withData = names.filter((name) => file.names(`${name}/data`) !== undefined)
  const name = withData[0] ?? names[0]
  if (name === undefined || (names.length > 1 && withData.length !== 1)) {
    throw new LimbicError('not a computational sequence', {
      where: file.path,
      expected: 'one root group that holds a group data',
      got: names.length === 0 ? 'an empty file' : `the groups ${names.slice(0, 5).join(', ')}`,
      hint: 'Is it a computational sequence of the CMU-MultimodalSDK?',
    })
  }
  return name
}

interface Layout {
  readonly where: string
  readonly kind: 'numbers' | 'words'
  readonly rows: number
  readonly width: number
  readonly features: Hdf5Table
  readonly intervals: Hdf5Table
}

function entryLayout(file: Hdf5File, name: string, id: string): Layout {
  const where = `${file.path}, entry ${id}`
  const find = (table: string): Hdf5Table => {
    const found = file.table(`${name}/data/${id}/${table}`)
    if (found !== undefined) return found
    throw new LimbicError(`no ${table}`, {
      where,
      expected: `a table ${name}/data/${id}/${table}`,
      hint: 'The file is incomplete: download it again or remove the entry',
    })
  }
  const features = find('features')
  const intervals = find('intervals')
  const { kind } = features
  if (kind === 'other') {
    throw new LimbicError('features of an unsupported type', {
      where,
      expected: 'numbers of at most 64 bits, or text',
      got: features.what,
      hint: 'Save them as float32',
    })
  }
  const rows = features.shape[0] ?? 0
  if (intervals.kind !== 'numbers' || intervals.shape.length !== 2 || intervals.shape[1] !== 2) {
    throw new LimbicError('intervals of the wrong shape', {
      where,
      expected: 'rows x 2 numbers (start and end)',
      got: `${intervals.shape.join(' x ') || 'nothing'} ${intervals.kind}`,
    })
  }
  if (intervals.shape[0] !== rows) {
    throw new LimbicError('features and intervals differ in their rows', {
      where,
      expected: `${rows} intervals, one for each row of features`,
      got: `${intervals.shape[0]}`,
    })
  }
  const width = features.shape.slice(1).reduce((product, length) => product * length, 1)
  if (width === 0 || (kind === 'words' && width !== 1)) {
    throw new LimbicError('features of the wrong shape', {
      where,
      expected: kind === 'words' ? 'one word per row' : 'at least one number per row',
      got: features.shape.join(' x '),
    })
  }
  return { where, kind, rows, width, features, intervals }
}

function entry(
  { where, kind, rows, width, features, intervals }: Layout,
  found: (invalidIntervals: number) => void,
): SequenceEntry {
  const demand = (wanted: Layout['kind']) => {
    if (kind === wanted) return
    throw new LimbicError('the wrong kind of sequence', { where, expected: wanted, got: kind })
  }
  return {
    rows,
    features: () => {
      demand('numbers')
      const numbers = toNumbers(features.read(), where, rows * width)
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
    },
    words: () => {
      demand('words')
      const words = [features.read()].flat()
      return words.map((word) => String(word).replace(/\0+$/, ''))
    },
    intervals: () => {
      const times = Float64Array.from(toNumbers(intervals.read(), where, rows * 2))
      const invalid = dropInvalid(times)
      if (invalid > 0) found(invalid)
      return times
    },
  }
}

/** The library returns 64-bit integers as bigint; every other kind is a typed array of numbers. */
function toNumbers(value: unknown, where: string, count: number): Float32Array | number[] {
  if (value instanceof Float32Array && value.length === count) return value
  if (isTypedArray(value)) {
    const numbers = Array.from(value, Number)
    if (numbers.length === count) return numbers
  }
  throw new LimbicError('an unsupported type of number', {
    where,
    expected: 'float32, float64 or integers',
  })
}

/** Replaces invalid intervals by intervals of no duration. @returns how many there are */
function dropInvalid(times: Float64Array): number {
  let count = 0
  for (let row = 0; row * 2 < times.length; row++) {
    const [start = Number.NaN, end = Number.NaN] = times.subarray(row * 2, row * 2 + 2)
    if (Number.isFinite(start) && Number.isFinite(end) && end >= start) continue
    const at = [start, end].find(Number.isFinite) ?? 0
    times.fill(at, row * 2, row * 2 + 2)
    count++
  }
  return count
}
