/** What the readers of raw corpora give: clips with their labels, before anything is extracted. */
import type { SplitName } from '../../dataset.js'

/** Where a clip's sound, picture and words come from. Files are absolute paths. */
export interface ClipMedia {
  /** A file with picture, and with sound unless `sound` names another. */
  readonly video?: string
  /** A file with sound. */
  readonly sound?: string
  /** Pictures that were extracted already, in order of time, where there is no video. */
  readonly frames?: readonly string[]
  /** Seconds from one picture of `frames` to the next. */
  readonly framePeriod?: number
  /** The part of the files that is the clip, in seconds; all of them unless given. */
  readonly range?: { readonly start: number; readonly end: number }
  /** Which channel is the speaker's; all are mixed unless given. */
  readonly channel?: 'left' | 'right'
  /** Which half of the picture is the speaker's; all of it unless given. */
  readonly half?: 'left' | 'right'
}

/** A word with its time in seconds from the start of the clip. */
export interface ClipWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** One utterance of a corpus. */
export interface RawClip {
  /** Unique in its corpus. */
  readonly id: string
  readonly media: ClipMedia
  /** What is said; absent where the corpus has no transcript. */
  readonly text?: string
  /** Its words with times, where the corpus tells them. */
  readonly words?: readonly ClipWord[]
  /** The name of its class. */
  readonly className?: string
  /** Intensities (or 0 and 1) of the emotions of `RawCorpus.emotionNames`. */
  readonly emotions?: readonly number[]
  /** From -3 to 3. */
  readonly sentiment?: number
  readonly speaker?: string
  /** The recording, dialogue or scene that it is a part of. */
  readonly recording?: string
  /** Its split in the published division, where there is one. */
  readonly split?: SplitName
}

/** A corpus as it lies on disk. */
export interface RawCorpus {
  readonly name: string
  /** Which layout was recognised, in words. */
  readonly layout: string
  readonly clips: readonly RawClip[]
  /** In the order of the classes' indices. */
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  /** What cleaning left out: each rule with the ids that it dropped. */
  readonly dropped: readonly { readonly rule: string; readonly ids: readonly string[] }[]
  /** What the reader noticed, a line each. */
  readonly notes: readonly string[]
}
