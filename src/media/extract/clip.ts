/** What goes into the extraction of one clip, and what comes out. */
import type { Source, TimeRange } from '../source.js'

/** A word with its times in seconds from the start of the clip. */
export interface TimedWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** A recording, or a part of it. */
export interface ClipPart {
  readonly source: Source
  readonly range?: TimeRange
}

/** A clip that is open. Its sound and its picture may come from different recordings. */
export interface OpenClip {
  readonly sound?: ClipPart
  readonly picture?: ClipPart
  /** Which channel is the speaker's; all are mixed unless given. */
  readonly channel?: 'left' | 'right'
  /** Which half of the picture shows the speaker; all of it unless given. */
  readonly half?: 'left' | 'right'
  /** What is said. */
  readonly text?: string
  /** The same with times. */
  readonly words?: readonly TimedWord[]
}

/** What was wrong with the recordings of a clip so far, a line each. */
export function remarksOf({ sound, picture }: OpenClip): string[] {
  const sources = new Set([sound?.source, picture?.source])
  return [...sources].flatMap((source) => source?.remarks ?? [])
}

/** One feature of a clip. */
export interface ClipFeature {
  readonly dataType: 'float32' | 'int64' | 'uint8'
  /** Of one step; [] of a single number. */
  readonly shape: readonly number[]
  /** Steps, one after another. */
  readonly values: Float32Array | BigInt64Array | Uint8Array
  readonly length: number
  /** The middle of each step, in seconds from the start of the clip, where it has a time. */
  readonly times?: Float64Array
}

/** The features of a clip by name: `text`, `audio` and `vision`. One that could not be made is absent. */
export interface ClipFeatures {
  readonly features: Readonly<Record<string, ClipFeature>>
  /** What was wrong with the clip or missing in it, a line each. */
  readonly remarks: readonly string[]
}

/** Makes what a recipe names of one clip after another. */
export interface ClipExtractor {
  /**
   * @throws LimbicError if the clip cannot be read, or with a strict source if it is damaged
   */
  extract(clip: OpenClip): Promise<ClipFeatures>
  close(): Promise<void>
}
