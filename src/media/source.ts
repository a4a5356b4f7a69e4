/**
 * The interface to recordings, implemented by files in Node, files in a page and live cameras. It
 * is independent of how media is decoded.
 */

/** An open recording. Sound and pictures are streams: nothing keeps a whole recording in memory. */
export interface Source {
  /** Its name in messages: that of its file or device. */
  readonly name: string
  /**
   * In seconds, as its container states it; undefined for live sources and streams that do not
   * state it.
   */
  readonly duration: number | undefined
  /** Undefined if it has no sound. */
  readonly sound: SoundTrack | undefined
  /** Undefined if it has no picture. */
  readonly picture: PictureTrack | undefined
  /**
   * Decodes sound, at its own rate and with all its channels.
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
   * What was found wrong so far, one line each, such as `picture ends at 3.2 s, the file says 10.0
   * s`. Complete once the streams have been read to their ends.
   */
  readonly remarks: readonly string[]
  /** Stops any decoding and frees the resources. */
  close(): Promise<void>
}

/** The sound of a recording. */
export interface SoundTrack {
  /** Samples per second (Hz). */
  readonly rate: number
  readonly channels: number
}

/** The picture of a recording, upright. */
export interface PictureTrack {
  /** In pixels, after rotation. */
  readonly width: number
  readonly height: number
  /** The clockwise rotation that makes the stored picture upright, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270
  /** Frames per second on average; undefined if the file does not state it. */
  readonly frameRate: number | undefined
}

/** A part of a recording, in seconds from its start; without `start` or `end`, up to its own. */
export interface TimeRange {
  readonly start?: number
  /** Exclusive: `[start, end)`. */
  readonly end?: number
}

/** Successive samples of sound. */
export interface SoundBlock {
  /** Seconds from the start of the recording at which the block begins. */
  readonly time: number
  /** Samples per second (Hz). */
  readonly rate: number
  /** One array per channel, all of equal length; full scale is -1 to 1. */
  readonly channels: readonly Float32Array[]
}

/** Which frames to decode. */
export type FrameRule =
  /** Every n-th frame as stored, from the first on: MESM's rule. */
  | { readonly every: number }
  /** Frames at this rate (Hz), from 0 s on: for each time, the frame shown then. */
  | { readonly rate: number }
  /** The frames shown at these times, in seconds, ascending. */
  | { readonly times: readonly number[] }

export interface FrameRequest extends TimeRange {
  readonly frames: FrameRule
  /** The part of the upright picture to take, in pixels; by default all of it. */
  readonly crop?: { left: number; top: number; width: number; height: number }
  /**
   * Scales this part so that neither side is longer (pixels), keeping its proportions; never
   * enlarges.
   */
  readonly longest?: number
}

/** A picture: three bytes per pixel, red, green, blue (0 to 255), row by row from the top left. */
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

/** Options for opening recordings. */
export interface OpenOptions {
  /** Refuses a recording that is damaged or cut short, which is otherwise a remark. Default: false. */
  readonly strict?: boolean
  /** What is to be read of it: only this can be missing. Default: both. */
  readonly streams?: 'both' | 'sound' | 'picture'
}
