/** The tracks of a recording on one axis of seconds. */
import type { Pixels } from '../draw/pixels.js'

/** A number over time, such as the probability of an emotion. */
export interface Curve {
  readonly name: string
  /** One value per moment; undefined if unknown. */
  readonly values: readonly (number | undefined)[]
}

/** One track of a recording; tracks are stacked. */
export type Track =
  | {
      readonly kind: 'curves'
      readonly title: string
      /** The start and end of each moment, in seconds. */
      readonly moments: readonly { readonly start: number; readonly end: number }[]
      readonly curves: readonly Curve[]
      /** The lowest and the highest value; by default shares from 0 to 1. */
      readonly range?: readonly [lowest: number, highest: number]
    }
  | {
      readonly kind: 'pictures'
      readonly title: string
      /** Each with its time in seconds, in order. */
      readonly pictures: readonly (Pixels & { readonly time: number })[]
    }
  | {
      readonly kind: 'spectrogram'
      readonly title: string
      readonly bands: number
      /** dB, column by column from the start to the end of the recording, the lowest band first. */
      readonly levels: Float32Array
      /** The range of the colours, from the loudest downwards, in dB. */
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

/** The axis of a track: its pixels and seconds. */
export interface TimeAxis {
  readonly width: number
  readonly duration: number
  /** The position of a time, in pixels from the left, clamped to the axis. */
  at(seconds: number): number
}

export function timeAxis(duration: number, width: number): TimeAxis {
  const scale = duration > 0 ? width / duration : 0
  return { width, duration, at: (seconds) => Math.min(Math.max(seconds * scale, 0), width) }
}
