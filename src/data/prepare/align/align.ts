/** Aligns sequences to the intervals of words. */
import { LimbicError } from '../../../base/errors.js'
import { OverlapFinder } from './overlap.js'
import {
  countRows,
  epsilon,
  pickRows,
  type TimedRows,
  type TimedSequence,
  videoOf,
} from './timed.js'

/** How the rows that overlap an interval become its rows: all are kept, or their plain mean. */
export type Collapse = 'keep' | 'average'

/**
 * Aligns every sequence to the rows of one of them, as the CMU-MultimodalSDK's `align` does: row i
 * of video `v` in the reference becomes the entry `v[i]` of every sequence, which holds the rows
 * that share more than 10 microseconds with it.
 *
 * - Videos that some sequence lacks are left out everywhere.
 * - Rows of the reference with no duration are left out, and their indices are not reused.
 * - Intervals are cut to the reference row. With `average`, the features are their plain mean
 *   (not weighted by time) and the interval spans from the first to the last of them.
 * - If no row of a sequence overlaps a row of the reference, the sequence has no such entry: see
 * `imputeZeros`.
 * - Sequences that were aligned before (entries `v[0]`, `v[1]`, ...) count as one sequence of `v`.
 *
 * @throws LimbicError if no sequence is called `reference`, or no video is in all sequences.
 */
export function alignToReference<Name extends string>(
  sequences: Readonly<Record<Name, TimedSequence>>,
  reference: NoInfer<Name>,
  collapse: Collapse,
): Record<Name, Map<string, TimedRows>> {
  const names = Object.keys(sequences) as Name[]
  if (!names.includes(reference)) {
    throw new LimbicError('no such sequence to align to', {
      expected: `one of ${names.join(', ')}`,
      got: reference,
    })
  }
  const byVideo = Object.fromEntries(
    names.map((name) => [name, joinByVideo(sequences[name])]),
  ) as Record<Name, Map<string, TimedRows>>
  const videos = [...byVideo[reference].keys()].filter((video) =>
    names.every((name) => byVideo[name].has(video)),
  )
  if (videos.length === 0) {
    throw new LimbicError('the sequences share no video', {
      where: names.join(', '),
      hint: 'Are they of the same corpus?',
    })
  }
  const aligned = emptySequences(names)
  for (const video of videos) {
    const pieces = piecesOf(byVideo[reference], video)
    for (const name of names) {
      const source = byVideo[name].get(video)
      if (source === undefined) continue
      const finder = name === reference ? undefined : new OverlapFinder(source.intervals)
      for (const [piece, start, end] of pieces) {
        // Each row of the reference is aligned only to itself, even if its neighbours overlap it.
        const found = finder?.find(start, end) ?? { rows: [piece], intervals: [start, end] }
        if (found.rows.length === 0) continue
        const rows: TimedRows = {
          ...pickRows(source, found.rows),
          intervals: Float64Array.from(found.intervals),
        }
        const entryId = `${video}[${piece}]`
        aligned[name].set(entryId, collapse === 'average' ? averageRows(rows) : rows)
      }
    }
  }
  return aligned
}

/**
 * Adds to every sequence the entries that only the reference has, as zeros with the reference's
 * intervals, like the CMU-MultimodalSDK's `impute`.
 *
 * @throws LimbicError if a sequence has no entry at all, so that not even its width is known.
 */
export function imputeZeros<Name extends string>(
  aligned: Readonly<Record<Name, Map<string, TimedRows>>>,
  reference: NoInfer<Name>,
): void {
  for (const [name, sequence] of Object.entries<Map<string, TimedRows>>(aligned)) {
    const width = sequence.values().next().value?.width
    if (width === undefined) {
      throw new LimbicError('no row falls on any piece of the reference', {
        where: name,
        hint: `Are its times in the same unit as those of ${reference}?`,
      })
    }
    for (const [entryId, { intervals }] of aligned[reference]) {
      if (sequence.has(entryId)) continue
      const features = new Float32Array((intervals.length / 2) * width)
      sequence.set(entryId, { features, width, intervals })
    }
  }
}

/** Removes the entries that some sequence lacks, as the CMU-MultimodalSDK's `hard_unify` does; returns how many. */
export function hardUnify<Name extends string>(
  aligned: Readonly<Record<Name, Map<string, TimedRows>>>,
): number {
  const sequences = Object.values<Map<string, TimedRows>>(aligned)
  const removed = new Set<string>()
  for (const sequence of sequences) {
    for (const entryId of sequence.keys()) {
      if (!sequences.every((other) => other.has(entryId))) removed.add(entryId)
    }
  }
  for (const sequence of sequences) for (const entryId of removed) sequence.delete(entryId)
  return removed.size
}

/**
 * The plain mean over rows, ignoring NaN (missing), with the interval from the first start to the
 * last end.
 */
function averageRows({ features, width, intervals }: TimedRows): TimedRows {
  const mean = new Float64Array(width)
  const known = new Float64Array(width)
  features.forEach((value, place) => {
    if (Number.isNaN(value)) return
    const column = place % width
    mean[column] = (mean[column] ?? 0) + value
    known[column] = (known[column] ?? 0) + 1
  })
  return {
    // 0 / 0 is NaN: a number missing in every row stays missing.
    features: Float32Array.from(mean, (sum, column) => sum / (known[column] ?? 0)),
    width,
    intervals: Float64Array.of(
      intervals.reduce((least, time) => Math.min(least, time)),
      intervals.reduce((most, time) => Math.max(most, time)),
    ),
  }
}

/** Index, start and end of each row of the reference with a positive duration. */
function piecesOf(
  reference: ReadonlyMap<string, TimedRows>,
  video: string,
): [row: number, start: number, end: number][] {
  const rows = reference.get(video)
  if (rows === undefined) return []
  return Array.from({ length: countRows(rows) }, (_, row): [number, number, number] => [
    row,
    rows.intervals[row * 2] ?? 0,
    rows.intervals[row * 2 + 1] ?? 0,
  ]).filter(([, start, end]) => end - start >= epsilon)
}

/** Merges the aligned entries of each video into one. */
function joinByVideo(sequence: TimedSequence): Map<string, TimedRows> {
  const parts = new Map<string, TimedRows[]>()
  for (const [entryId, rows] of sequence) {
    const video = videoOf(entryId)
    const known = parts.get(video)
    if (known === undefined) parts.set(video, [rows])
    else known.push(rows)
  }
  const joined = new Map<string, TimedRows>()
  for (const [video, [first, ...others]] of parts) {
    if (first === undefined) continue
    joined.set(video, others.length === 0 ? first : joinRows([first, ...others], first.width))
  }
  return joined
}

function joinRows(parts: readonly TimedRows[], width: number): TimedRows {
  const count = parts.reduce((sum, part) => sum + countRows(part), 0)
  const features = new Float32Array(count * width)
  const intervals = new Float64Array(count * 2)
  let row = 0
  for (const part of parts) {
    features.set(part.features, row * width)
    intervals.set(part.intervals, row * 2)
    row += countRows(part)
  }
  return { features, width, intervals }
}

function emptySequences<Name extends string>(names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, new Map<string, TimedRows>()])) as Record<
    Name,
    Map<string, TimedRows>
  >
}
