/** What the readers of raw corpora give: clips with their labels, before anything is extracted. */
import type { TimedWord } from '../../../media/extract/clip.js'
import type { SplitName } from '../../dataset.js'

/** A file, or a part of one. */
export interface MediaPart {
  /** Absolute. */
  readonly path: string
  /** Seconds from the start of the file; its start and its end unless given. */
  readonly start?: number
  readonly end?: number
}

/** Where a clip's sound, picture and words come from. */
export interface ClipMedia {
  /** Has the picture, and the sound unless `sound` names another file. */
  readonly video?: MediaPart
  readonly sound?: MediaPart
  /** Which channel is the speaker's; all are mixed unless given. */
  readonly channel?: 'left' | 'right'
  /** Which half of the picture shows the speaker; all of it unless given. */
  readonly half?: 'left' | 'right'
  /** Pictures that were extracted already, in order of time, where there is no video. */
  readonly frames?: readonly string[]
  /** Seconds from one of `frames` to the next. */
  readonly framePeriod?: number
  /** A file of subtitles or a transcript that belongs to the clip. */
  readonly transcript?: string
}

/** One utterance of a corpus. */
export interface RawClip {
  /** Unique in its corpus. */
  readonly id: string
  readonly media: ClipMedia
  /** What is said; absent where the corpus has no transcript. */
  readonly text?: string
  /** Its words with times, where the corpus has them. */
  readonly words?: readonly TimedWord[]
  /** The name of its class. */
  readonly className?: string
  /** One number for each of `RawCorpus.emotionNames`: 0 and 1, or intensities. */
  readonly emotions?: readonly number[]
  /** From -3 to 3. */
  readonly sentiment?: number
  readonly speaker?: string
  /** The recording, dialogue or scene that it is a part of. */
  readonly recording?: string
  /** Its split in the published division, where there is one. */
  readonly split?: SplitName
}

/** Clips that one rule left out. */
export interface DroppedClips {
  readonly rule: string
  readonly ids: readonly string[]
}

/** A corpus as its folder holds it. */
export interface RawCorpus {
  readonly name: string
  /** Which layout was recognised, in words. */
  readonly layout: string
  readonly clips: readonly RawClip[]
  /** In the order of the classes' indices. */
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  readonly dropped: readonly DroppedClips[]
  /** What the reader noticed, a line each. */
  readonly notes: readonly string[]
}

/** How a raw corpus is read. */
export interface RawOptions {
  /** Keep only clips of these classes, in this order; a layout's own choice unless given. */
  readonly classes?: readonly string[]
  /** A folder of `train_split.txt`, `valid_split.txt` and `test_split.txt`; found beside the corpus unless given. */
  readonly lists?: string
  /**
   * After which colon of a line of IEMOCAP's transcripts the words begin: `first` is right, `last`
   * is what MESM's code does, which loses the beginning of turns that have a colon of their own.
   */
  readonly colon?: 'first' | 'last'
}

/** One way in which raw corpora lie on disk. */
export interface RawLayout {
  /** What it reads, in words for messages. */
  readonly kind: string
  recognises(folder: RawFolder): boolean
  read(folder: RawFolder, options: RawOptions): RawCorpus | Promise<RawCorpus>
}

/** All files below a folder. */
export interface RawFolder {
  readonly path: string
  /** Relative to `path`, divided by `/`, sorted. */
  readonly files: readonly string[]
  has(file: string): boolean
  /** Relative paths of the files directly in a folder below it. */
  inside(folder: string): readonly string[]
  absolute(file: string): string
}
