/** What a feature of sound is: graphs of single frames, and what is made of frames together. */
import type { Tensor } from '../../../graph/index.js'
import type { FeatureSettings } from './settings.js'

/** One feature: a row of `width` numbers for each frame. */
export interface Feature {
  readonly settings: FeatureSettings
  /** Numbers in a row. */
  readonly width: number
  readonly frames: {
    /** Numbers in a row before `finish`. */
    readonly width: number
    /** Frames that are computed at once at most, where one takes much memory. */
    readonly most?: number
    /** [batch, frames, size] to [batch, frames, width]: each row from its own frame alone. */
    apply(frames: Tensor): Tensor
  }
  /** What is made of the rows together; absent where they are the feature already. */
  readonly finish?: Finish
}

/** What a row takes from other rows. */
export interface Finish {
  /** How many rows before and after a row count for it. */
  readonly context: number
  /** Fewer rows than this are a case of their own: their number must be known. */
  readonly least: number
  /** Whether the largest number of all rows of a sound counts. */
  readonly peak: boolean
  /** @param peak float32 [batch]; where absent, the largest of these rows is taken */
  apply(rows: Tensor, peak?: Tensor): Tensor
}
