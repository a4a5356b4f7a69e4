/** What a recording shows on one axis of seconds. */
import type { Pixels } from '../draw/pixels.js'

/** A number over time, such as the probability of an emotion. */
export interface Curve {
  readonly name: string
  /** One of each moment, from 0 to 1; undefined where nothing is known. */
  readonly values: readonly (number | undefined)[]
}

/** One track of a recording; tracks stand below one another. */
export type Track =
  | {
      readonly kind: 'curves'
      readonly title: string
      /** Seconds, from and to, of each moment. */
      readonly moments: readonly { readonly start: number; readonly end: number }[]
      readonly curves: readonly Curve[]
    }
  | {
      readonly kind: 'pictures'
      readonly title: string
      /** With the second at which each is shown, in the order of time. */
      readonly pictures: readonly (Pixels & { readonly time: number })[]
    }
  | {
      readonly kind: 'spectrogram'
      readonly title: string
      readonly bands: number
      /** dB, column by column from the start to the end of the recording, the lowest band first. */
      readonly levels: Float32Array
      /** What is drawn from the darkest to the brightest: so far below the loudest, in dB. */
      readonly range: number
    }
  | {
      readonly kind: 'words'
      readonly title: string
      readonly words: readonly {
        readonly word: string
        readonly start: number
        readonly end: number
      }[]
    }

/** What a track is drawn on: pixels and seconds of its axis. */
export interface TimeAxis {
  readonly width: number
  readonly duration: number
  /** Where a second is, in pixels from the left, kept within the axis. */
  at(seconds: number): number
}

export function timeAxis(duration: number, width: number): TimeAxis {
  const scale = duration > 0 ? width / duration : 0
  return { width, duration, at: (seconds) => Math.min(Math.max(seconds * scale, 0), width) }
}
