/** Options for opening files, in Node and in a page. */
import type { OpenOptions } from '../source.js'

export interface FileOptions extends OpenOptions {
  /** Frames per second of a folder of numbered images (Hz). Default: 25. */
  readonly rate?: number
  /** Seconds for which the decoder may make no progress before it is stopped. Default: 15. */
  readonly patience?: number
}

export const defaultPatience = 15
