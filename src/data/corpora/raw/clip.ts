/** The result of reading a raw corpus: clips with their labels, before feature extraction. */
import { z } from 'zod'
import type { TimedWord } from '../../../media/extract/clip.js'
import type { SplitName } from '../../dataset.js'

/** A file, or a part of one. */
export interface MediaPart {
  /** Absolute. */
  readonly path: string
  /** Seconds from the start of the file; default: the whole file. */
  readonly start?: number
  readonly end?: number
}

/** The sources of a clip's audio, video and words. */
export interface ClipMedia {
  /** The video, and the audio unless `sound` names another file. */
  readonly video?: MediaPart
  readonly sound?: MediaPart
  /** The speaker's audio channel; by default all are mixed. */
  readonly channel?: 'left' | 'right'
  /** The half of the image that shows the speaker; by default all of it. */
  readonly half?: 'left' | 'right'
  /** Frames that are already extracted, in order of time, if there is no video. */
  readonly frames?: readonly string[]
  /** Seconds from one of `frames` to the next. */
  readonly framePeriod?: number
  /** A file of subtitles or a transcript that belongs to the clip. */
  readonly transcript?: string
}

const side = z.enum(['left', 'right'])

/** The schema of a clip's media as JSON. @param path of a file */
export function mediaSchema(path: z.ZodType<string>): z.ZodType<ClipMedia> {
  const part = z.strictObject({
    path,
    start: z.number().exactOptional(),
    end: z.number().exactOptional(),
  })
  return z.strictObject({
    video: part.exactOptional(),
    sound: part.exactOptional(),
    channel: side.exactOptional(),
    half: side.exactOptional(),
    frames: z.array(path).readonly().exactOptional(),
    framePeriod: z.number().exactOptional(),
    transcript: path.exactOptional(),
  })
}

/** One utterance of a corpus. */
export interface RawClip {
  /** Unique in its corpus. */
  readonly id: string
  readonly media: ClipMedia
  /** The transcript; absent if the corpus has none. */
  readonly text?: string
  /** Its words with times, if the corpus has them. */
  readonly words?: readonly TimedWord[]
  /** The name of its class. */
  readonly className?: string
  /** One number for each of `RawCorpus.emotionNames`: 0 or 1, or an intensity. */
  readonly emotions?: readonly number[]
  /** From -3 to 3. */
  readonly sentiment?: number
  readonly speaker?: string
  /** The recording, dialogue or scene that it belongs to. */
  readonly recording?: string
  /** Its split in the published division, if there is one. */
  readonly split?: SplitName
}

/** Clips dropped by one rule. */
export interface DroppedClips {
  readonly rule: string
  readonly ids: readonly string[]
}

/** A corpus as found in its folder. */
export interface RawCorpus {
  readonly name: string
  /** The name of the recognised layout, for messages. */
  readonly layout: string
  readonly clips: readonly RawClip[]
  /** In the order of the classes' indices. */
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  readonly dropped: readonly DroppedClips[]
  /** Notes of the reader, one line each. */
  readonly notes: readonly string[]
}

/** How a raw corpus is read. */
export interface RawOptions {
  /** Keep only clips of these classes, in this order; the default depends on the layout. */
  readonly classes?: readonly string[]
  /**
   * A folder of `train_split.txt`, `valid_split.txt` and `test_split.txt`; by default, one found
   * beside the corpus.
   */
  readonly lists?: string
  /**
   * The colon in a line of IEMOCAP's transcripts after which the words begin. `first` is correct;
   * `last` reproduces MESM's code, which loses the start of turns that contain a colon.
   */
  readonly colon?: 'first' | 'last'
}

/** One layout of raw corpora on disk. */
export interface RawLayout {
  /** A description for messages. */
  readonly kind: string
  recognises(folder: RawFolder): boolean
  read(folder: RawFolder, options: RawOptions): RawCorpus | Promise<RawCorpus>
}

/** All files below a folder. */
export interface RawFolder {
  readonly path: string
  /** Relative to `path`, with `/` as separator, sorted. */
  readonly files: readonly string[]
  has(file: string): boolean
  /** Relative paths of the files directly in a folder below it. */
  inside(folder: string): readonly string[]
  absolute(file: string): string
}

/** Whether a corpus has labels; clips without labels can only be predicted. */
export const hasLabels = ({ clips }: Pick<RawCorpus, 'clips'>): boolean =>
  clips.some(
    ({ className, sentiment, emotions }) =>
      className !== undefined || sentiment !== undefined || emotions !== undefined,
  )
