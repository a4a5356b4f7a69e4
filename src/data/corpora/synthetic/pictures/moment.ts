/** What a face or a voice shows at one moment, and the shapes of both. */

export interface Moment {
  /** How strongly each muscle contracts or each group of bands sounds; 0 is not at all. */
  readonly channels: Float32Array
  /** The speaker's own: the tone of the skin, or the pitch; 0 on average over speakers. */
  readonly habit: number
  /** Multiple of the noise. */
  readonly noise: number
}

/** Colours, rows and columns of a face. */
export const faceShape = [3, 48, 48] as const
/** One channel, mel bands and windows of a chunk of sound, 400 ms. */
export const chunkShape = [1, 128, 32] as const
