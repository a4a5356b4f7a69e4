/** The figures of MESM's Tables 1 and 2: words, duration and counts of each label. */
import { mean } from '../../../base/numbers.js'
import { perSplit, type SplitName } from '../../dataset.js'
import { clipDuration, countWords } from './clean.js'
import type { RawClip, RawCorpus } from './clip.js'

/** One row: a class, or one of several emotions. */
export interface LabelFigures {
  readonly label: string
  /** Mean over the label's clips; undefined without transcripts. */
  readonly words: number | undefined
  /** Mean in seconds; undefined if no duration is known. */
  readonly duration: number | undefined
  /** The number of clips, divided or not. */
  readonly clips: number
  readonly counts: Readonly<Record<SplitName, number>>
}

export interface CorpusTable {
  readonly rows: readonly LabelFigures[]
  /** Over all clips. */
  readonly total: LabelFigures
}

/**
 * Average words, average duration and the size of each split, label by label (MESM, section 3,
 * Tables 1 and 2). A clip with several emotions counts in each of their rows.
 *
 * @param durationOf the duration of a file in seconds, for clips that are whole files
 */
export function corpusTable(
  corpus: RawCorpus,
  durationOf?: (path: string) => number | undefined,
): CorpusTable {
  const { classNames = [], emotionNames = [], clips } = corpus
  const has = (clip: RawClip, label: string) =>
    clip.className === label || (clip.emotions?.[emotionNames.indexOf(label)] ?? 0) > 0
  const rows = [...classNames, ...emotionNames].map((label) =>
    figures(
      label,
      clips.filter((clip) => has(clip, label)),
      durationOf,
    ),
  )
  return { rows, total: figures('all', clips, durationOf) }
}

function figures(
  label: string,
  clips: readonly RawClip[],
  durationOf: ((path: string) => number | undefined) | undefined,
): LabelFigures {
  return {
    label,
    words: meanOf(clips.flatMap(({ text }) => (text === undefined ? [] : [countWords(text)]))),
    duration: meanOf(clips.flatMap((clip) => clipDuration(clip, durationOf) ?? [])),
    clips: clips.length,
    counts: perSplit((split) => clips.filter((clip) => clip.split === split).length),
  }
}

/** The mean; undefined for an empty list. */
function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : mean(values)
}
