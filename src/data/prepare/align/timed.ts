/** Rows of numbers, each with the interval of time that it covers. */
export interface TimedRows {
  /** `rows x width`, row by row. */
  readonly features: Float32Array
  readonly width: number
  /** Start and end of each row, `rows x 2`. */
  readonly intervals: Float64Array
}

/** Entries by id: a video (`v1`) before alignment, a segment (`v1[3]`) after it. */
export type TimedSequence = ReadonlyMap<string, TimedRows>

/** Overlaps of at most this many seconds do not count (the CMU-MultimodalSDK's value). */
export const epsilon = 10e-6

/** The video an entry belongs to: `v1` for `v1[3]` and for `v1`. */
export function videoOf(entryId: string): string {
  const bracket = entryId.indexOf('[')
  return bracket < 0 ? entryId : entryId.slice(0, bracket)
}

/** The number of rows. */
export function countRows(rows: { readonly intervals: Float64Array }): number {
  return rows.intervals.length / 2
}

/** The rows at `indices`, in that order. */
export function pickRows(source: TimedRows, indices: ArrayLike<number>): TimedRows {
  const { width } = source
  const features = new Float32Array(indices.length * width)
  const intervals = new Float64Array(indices.length * 2)
  for (let place = 0; place < indices.length; place++) {
    const row = indices[place] ?? 0
    features.set(source.features.subarray(row * width, (row + 1) * width), place * width)
    intervals.set(source.intervals.subarray(row * 2, row * 2 + 2), place * 2)
  }
  return { features, width, intervals }
}
