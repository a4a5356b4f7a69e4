/** Labelled segments of computational sequences. */
import { LimbicError } from '../../../base/errors.js'
import { type Modality, perSplit, type SplitName, splitNames } from '../../dataset.js'
import { OverlapFinder } from '../../prepare/align/overlap.js'
import { epsilon } from '../../prepare/align/timed.js'
import type { LabelPolicy } from '../../prepare/labels/settle.js'
import type { CorpusSources } from './options.js'
import { type ComputationalSequence, entryOf } from './sequence.js'
import type { VideoSplit } from './split-file.js'

/** The word that marks a pause. */
const pause = 'sp'

/** One sample: a segment of a video, and its rows of each modality. */
export interface Segment {
  readonly video: string
  /**
   * `v[i]` for row i of the labels of video v, or the entry's own name if the entry is a segment.
   */
  readonly id: string
  readonly labels: Float32Array
  /** The transcript without pauses; empty if the words are not known. */
  readonly rawText: string
  /** Row numbers in the modality itself, or in the sequence that all are aligned to. */
  readonly rows: ReadonlyMap<Modality, Int32Array>
}

/** The samples of each split, and notes on what was left out. */
export interface FoundSegments {
  readonly splits: Readonly<Record<SplitName, readonly Segment[]>>
  readonly notes: readonly string[]
}

/**
 * Makes a sample of each label row for which every modality has at least one step: `v[i]` for row i
 * of video v, or the entry's own name if the entry is a segment. Reads only intervals, labels and
 * words, no features.
 *
 * @param policy under `refuse`, labels that are not finite are an error; otherwise such segments
 * are left out
 * @throws LimbicError if no sample is left.
 */
export function findSegments(
  sources: CorpusSources,
  given: VideoSplit,
  policy?: LabelPolicy,
): FoundSegments {
  const { labels, words, modalities } = sources
  const split = perSplit((name) => given[name].flatMap((video) => entriesOf(labels, video)))
  const opened = [...modalities.values(), labels, ...(words ? [words] : [])]
  const wanted = splitNames.flatMap((name) => split[name])
  const complete = new Set(
    wanted.filter((video) => opened.every(({ entries }) => entries.has(video))),
  )
  const placed = new Set(wanted)
  const unused = [...labels.entries.keys()].filter((video) => !placed.has(video))
  const dropped = { empty: 0, unlabelled: 0 }
  const splits = perSplit((name) =>
    split[name]
      .filter((video) => complete.has(video))
      .flatMap((video) => segmentsOf(sources, video, dropped, policy)),
  )
  const counts: [count: number, what: string][] = [
    [
      wanted.length - complete.size,
      `of the ${wanted.length} videos of the split are not in all files`,
    ],
    [unused.length, 'videos with labels are in no split and are not used'],
    [dropped.empty, 'segments have no rows in some sequence and are left out'],
    [dropped.unlabelled, 'segments have invalid labels and are left out'],
  ]
  const notes = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  if (splitNames.every((name) => splits[name].length === 0)) {
    throw new LimbicError('no sample is left', {
      where: labels.path,
      got: notes.join('; ') || 'a split without videos',
      hint: 'Are the files and the split of the same corpus, with times in the same unit?',
    })
  }
  return { splits, notes }
}

/** The id of a segment that is an entry of its own, as in deployed SDK files: `video[3]`. */
const segmentName = /^(.*)\[(\d+)\]$/

/**
 * The entries of a video: its own or, in files already cut into segments, those of its segments.
 */
function entriesOf({ entries }: ComputationalSequence, video: string): string[] {
  if (entries.has(video)) return [video]
  const own = [...entries.keys()].filter((name) => segmentName.exec(name)?.[1] === video)
  const number = (name: string) => Number(segmentName.exec(name)?.[2])
  return own.length === 0 ? [video] : own.sort((one, other) => number(one) - number(other))
}

function segmentsOf(
  sources: CorpusSources,
  video: string,
  dropped: { empty: number; unlabelled: number },
  policy: LabelPolicy | undefined,
): Segment[] {
  const { width } = sources.labels
  const labelEntry = entryOf(sources.labels, video)
  const times = labelEntry.intervals()
  const allLabels = labelEntry.features()
  const words = sources.words && entryOf(sources.words, video).words()
  const wordFinder = sources.words && finderOf(sources.words, video)
  const rowsOn = rowFinders(sources, video, words)
  const segments: Segment[] = []
  for (let row = 0; row < labelEntry.rows; row++) {
    const start = times[row * 2] ?? 0
    const end = times[row * 2 + 1] ?? 0
    const rows = rowsOn(start, end)
    const labels = allLabels.slice(row * width, (row + 1) * width)
    if (end - start < epsilon || [...rows.values()].some((list) => list.length === 0)) {
      dropped.empty++
    } else if (!labels.every(Number.isFinite)) {
      if (policy === 'refuse') throw invalidLabel(sources.labels, video, row, labels)
      dropped.unlabelled++
    } else {
      const said = wordFinder?.find(start, end).rows.map((place) => words?.[place] ?? '') ?? []
      const rawText = said.filter((word) => word !== pause).join(' ')
      const cut = labelEntry.rows === 1 && segmentName.test(video)
      segments.push({ video, id: cut ? video : `${video}[${row}]`, labels, rawText, rows })
    }
  }
  return segments
}

function invalidLabel(
  { path }: ComputationalSequence,
  video: string,
  row: number,
  labels: Float32Array,
): LimbicError {
  return new LimbicError('a label is not finite', {
    where: `${path}, entry ${video}, row ${row}`,
    expected: 'a number',
    got: `${labels.find((label) => !Number.isFinite(label))}`,
    hint: 'Without the policy refuse, such segments are left out',
  })
}

/** Returns a function from an interval to the rows (or aligned steps) of each modality in it. */
function rowFinders(
  { modalities, reference, removePauses }: CorpusSources,
  video: string,
  words: readonly string[] | undefined,
): (start: number, end: number) => Map<Modality, Int32Array> {
  const search = (sequence: ComputationalSequence, withoutPauses: boolean) => {
    const finder = finderOf(sequence, video)
    return (start: number, end: number) => {
      const { rows } = finder.find(start, end)
      return Int32Array.from(withoutPauses ? rows.filter((row) => words?.[row] !== pause) : rows)
    }
  }
  if (reference !== undefined) {
    const shared = search(reference, removePauses)
    return (start, end) => {
      const rows = shared(start, end)
      return new Map([...modalities.keys()].map((modality) => [modality, rows]))
    }
  }
  const own = [...modalities].map(([modality, sequence]) => {
    const withoutPauses = modality === 'text' && removePauses
    const { rows } = entryOf(sequence, video)
    if (withoutPauses && rows !== words?.length) {
      throw new LimbicError('pauses cannot be found in the text', {
        where: `${sequence.path}, entry ${video}`,
        expected: `${words?.length} rows, one per word`,
        got: `${rows}`,
        hint: "Choose pauses 'keep', or align to words",
      })
    }
    return [modality, search(sequence, withoutPauses)] as const
  })
  return (start, end) => new Map(own.map(([modality, find]) => [modality, find(start, end)]))
}

function finderOf(sequence: ComputationalSequence, video: string): OverlapFinder {
  return new OverlapFinder(entryOf(sequence, video).intervals())
}
