/** Recipes for pictures. */
import { z } from 'zod'

const count = z.int().positive()

/** Which frames are read. */
const frames = {
  frames: z.discriminatedUnion('by', [
    /** Every n-th frame as stored, starting with the first. */
    z.strictObject({ by: z.literal('number'), every: count }),
    /** At this rate (Hz). */
    z.strictObject({ by: z.literal('rate'), rate: z.number().positive() }),
  ]),
  /** Frames are first scaled so that neither side is longer than this (pixels). */
  longest: count,
}

/** How faces are found and cropped. */
const faces = {
  /** Which of several faces. */
  choose: z.enum(['largest', 'central']),
  /** The smallest face to find (pixels, after scaling). */
  smallestFace: count,
  /** Margin around the box, in pixels of the crop. */
  margin: z.int().nonnegative(),
  /** The fallback for a frame without a face: nothing, or a crop of the centre of the frame. */
  missing: z.enum(['leave out', 'centre']),
}

/** Crops of faces as bytes: a step is [3, size, size], red, green, blue. */
const facesRecipe = z.strictObject({
  kind: z.literal('faces'),
  ...frames,
  ...faces,
  size: count,
})

/** The output of a picture network for each frame or face. */
const imageNetworkRecipe = z.strictObject({
  kind: z.literal('image-network'),
  ...frames,
  ...faces,
  /** Whether it reads the face or the whole frame. */
  sees: z.enum(['face', 'frame']),
  /** The width of its output. */
  width: count,
  /** The side of its input in pixels. */
  size: count,
  /** Means and deviations of red, green and blue on a scale of 0 to 1. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  deviation: z.tuple([z.number(), z.number(), z.number()]),
})

/**
 * The output of Limbic's own face model, one row per frame: 7 logits, or 35 measurements (see
 * `media/extract/measurements.ts`).
 */
const expressionRecipe = z.strictObject({
  kind: z.literal('expression'),
  ...frames,
  ...faces,
  values: z.enum(['scores', 'measurements']),
})

export const pictureRecipe = z.discriminatedUnion('kind', [
  facesRecipe,
  imageNetworkRecipe,
  expressionRecipe,
])
export type PictureRecipe = z.infer<typeof pictureRecipe>
