/**
 * The port to recordings: one narrow interface that a file in Node, a file in a page and a live camera
 * all give. Nothing here knows how media are decoded.
 */

/** A recording that is open. Sound and pictures are streams: nothing holds a whole recording. */
export interface Source {
  /** What to call it in messages: the name of its file, or of its device. */
  readonly name: string
  /** In seconds, as its container says; undefined for live sources and streams that do not say. */
  readonly duration: number | undefined
  /** Undefined if it has no sound. */
  readonly sound: SoundTrack | undefined
  /** Undefined if it has no picture. */
  readonly picture: PictureTrack | undefined
  /**
   * Decodes sound, at its own rate, with all its channels.
   *
   * @throws LimbicError if there is no sound, or with `strict` if it is damaged or cut short
   */
  readSound(range?: TimeRange): AsyncIterable<SoundBlock>
  /**
   * Decodes frames, in the order of time, upright: rotation is applied.
   *
   * @throws LimbicError if there is no picture, or with `strict` if it is damaged or cut short
   */
  readFrames(request: FrameRequest): AsyncIterable<Frame>
  /**
   * What was found wrong so far, a line each, such as `picture ends at 3.2 s, the file says 10.0 s`.
   * Complete once the streams were read to their ends.
   */
  readonly remarks: readonly string[]
  /** Stops decoding that is still under way and frees its resources. */
  close(): Promise<void>
}

/** The sound of a recording. */
export interface SoundTrack {
  /** Samples a second (Hz). */
  readonly rate: number
  readonly channels: number
}

/** The picture of a recording, upright. */
export interface PictureTrack {
  /** Pixels, after rotation. */
  readonly width: number
  readonly height: number
  /** How far the stored picture is turned clockwise to stand upright, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270
  /** Frames a second on average; undefined where the file does not say. */
  readonly frameRate: number | undefined
}

/** A part of a recording, in seconds from its start; all of it where an end is absent. */
export interface TimeRange {
  readonly start?: number
  /** Without it: `[start, end)`. */
  readonly end?: number
}

/** Successive samples of sound. */
export interface SoundBlock {
  /** Seconds from the start of the recording at which the block begins. */
  readonly time: number
  /** Samples a second (Hz). */
  readonly rate: number
  /** One array a channel, all of one length; full scale is -1 to 1. */
  readonly channels: readonly Float32Array[]
}

/** Which frames to decode. */
export type FrameRule =
  /** Every n-th frame as stored, from the first on: MESM's rule. */
  | { readonly every: number }
  /** As many frames a second (Hz), from 0 s on: for each time the frame that is shown then. */
  | { readonly rate: number }
  /** The frames shown at these times, in seconds, ascending. */
  | { readonly times: readonly number[] }

export interface FrameRequest extends TimeRange {
  readonly frames: FrameRule
  /** The part of the upright picture to take, in pixels; all of it unless given. */
  readonly crop?: { left: number; top: number; width: number; height: number }
  /** Scales what is taken so that neither side is longer (pixels), keeping its proportions; never enlarges. */
  readonly longest?: number
}

/** A picture: three bytes a pixel, red, green, blue (0 to 255), row by row from the top left. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A picture with the time at which it is shown. */
export interface Frame extends Picture {
  /** Seconds from the start of the recording. */
  readonly time: number
  /** The number of the frame as stored, from 0; undefined for live sources. */
  readonly index: number | undefined
}

/** How recordings are opened. */
export interface OpenOptions {
  /** Refuses what is damaged or cut short, which otherwise becomes a remark. Default: false. */
  readonly strict?: boolean
  /** What is to be read of it: only this can be missing. Default: both. */
  readonly streams?: 'both' | 'sound' | 'picture'
}
