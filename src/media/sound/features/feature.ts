/** Defines a feature of sound: graphs of single frames, and of frames together. */
import type { Tensor } from '../../../graph/index.js'
import type { FeatureSettings } from './settings.js'

/** One feature: a row of `width` numbers for each frame. */
export interface Feature {
  readonly settings: FeatureSettings
  /** Values per row. */
  readonly width: number
  readonly frames: {
    /** Values per row before `finish`. */
    readonly width: number
    /** The most frames computed at once, if they take much memory. */
    readonly most?: number
    /** [batch, frames, size] to [batch, frames, width]: each row depends only on its own frame. */
    apply(frames: Tensor): Tensor
  }
  /** What is computed from rows together; absent if the rows are already the feature. */
  readonly finish?: Finish
}

/** How a row depends on other rows. */
export interface Finish {
  /** The number of rows before and after a row that it depends on. */
  readonly context: number
  /** Fewer rows than this are a special case, whose number must be known. */
  readonly least: number
  /** Whether a row depends on the maximum over all rows of a sound. */
  readonly peak: boolean
  /** @param peak float32 [batch]; by default the maximum of these rows */
  apply(rows: Tensor, peak?: Tensor): Tensor
}
