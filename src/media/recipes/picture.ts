/** What a recipe may make of pictures. */
import { z } from 'zod'

const count = z.int().positive()

/** Which frames are looked at. */
const frames = {
  frames: z.discriminatedUnion('by', [
    /** Every n-th as stored, from the first on. */
    z.strictObject({ by: z.literal('number'), every: count }),
    /** So many a second (Hz). */
    z.strictObject({ by: z.literal('rate'), rate: z.number().positive() }),
  ]),
  /** Frames are scaled so that neither side is longer before faces are looked for (pixels). */
  longest: count,
}

/** How faces are found and cut out. */
const faces = {
  /** Of several people: whose face. */
  choose: z.enum(['largest', 'central']),
  /** Smallest face that is looked for (pixels, after scaling). */
  smallestFace: count,
  /** Pixels around the box, at the size of the crop. */
  margin: z.int().nonnegative(),
  /** The fallback for a frame without a face: nothing, or a crop of the centre of the frame. */
  missing: z.enum(['leave out', 'centre']),
}

/** Crops of faces in bytes: a step is [3, size, size], red, green, blue. */
export const facesRecipe = z.strictObject({
  kind: z.literal('faces'),
  ...frames,
  ...faces,
  size: count,
})

/** What a network for pictures makes of each frame or face. */
export const imageNetworkRecipe = z.strictObject({
  kind: z.literal('image-network'),
  ...frames,
  ...faces,
  /** Whether it sees the face or the whole frame. */
  sees: z.enum(['face', 'frame']),
  /** Width of what it gives. */
  width: count,
  /** Side of its input in pixels. */
  size: count,
  /** Means and deviations of red, green and blue on the scale of 0 to 1. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  deviation: z.tuple([z.number(), z.number(), z.number()]),
})

/**
 * What the face model that comes with Limbic says of a face, a row per frame: its 7 logits, or 35
 * measurements (see `media/extract/measurements.ts`).
 */
export const expressionRecipe = z.strictObject({
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
