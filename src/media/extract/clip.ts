/** The input and output of extraction for one clip. */
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

/** An open clip. Its sound and picture may come from different recordings. */
export interface OpenClip {
  readonly sound?: ClipPart
  readonly picture?: ClipPart
  /** The speaker's channel; by default all are mixed. */
  readonly channel?: 'left' | 'right'
  /** The half of the picture that shows the speaker; by default all of it. */
  readonly half?: 'left' | 'right'
  /** What is said. */
  readonly text?: string
  /** The words with times. */
  readonly words?: readonly TimedWord[]
}

/** What was wrong with the clip's recordings so far, one line each. */
export function remarksOf({ sound, picture }: OpenClip): string[] {
  const sources = new Set([sound?.source, picture?.source])
  return [...sources].flatMap((source) => source?.remarks ?? [])
}

/** One feature of a clip. */
export interface ClipFeature {
  readonly dataType: 'float32' | 'int64' | 'uint8'
  /** The shape of one step; [] for a single number. */
  readonly shape: readonly number[]
  /** Steps, one after another. */
  readonly values: Float32Array | BigInt64Array | Uint8Array
  readonly length: number
  /** The middle of each step in seconds from the start of the clip, if steps have times. */
  readonly times?: Float64Array
}

/**
 * The features of a clip by name: `text`, `audio` and `vision`. One that could not be extracted is
 * absent.
 */
export interface ClipFeatures {
  readonly features: Readonly<Record<string, ClipFeature>>
  /** What was wrong with the clip or missing in it, one line each. */
  readonly remarks: readonly string[]
}

/** Extracts a recipe's features from one clip after another. */
export interface ClipExtractor {
  /** @throws LimbicError if the clip cannot be read, or is damaged and its source strict */
  extract(clip: OpenClip): Promise<ClipFeatures>
  close(): Promise<void>
}
