/** What a recipe may make of words. */
import { z } from 'zod'

const count = z.int().positive()

/** One vector per word. */
export const gloveRecipe = z.strictObject({
  kind: z.literal('glove'),
  width: count,
})

/** Numbers of subword tokens, with the marks of begin and end; a step is one number. */
export const tokensRecipe = z.strictObject({
  kind: z.literal('tokens'),
  /** Longer texts are cut. */
  longest: count,
})

/** What a text encoder makes of each token, or of each word as the mean of its tokens. */
export const encoderRecipe = z.strictObject({
  kind: z.literal('encoder'),
  /** Numbers of a vector; null until the encoder is known. */
  width: count.nullable(),
  longest: count,
  step: z.enum(['token', 'word']),
})

export const wordsRecipe = z.discriminatedUnion('kind', [gloveRecipe, tokensRecipe, encoderRecipe])
export type WordsRecipe = z.infer<typeof wordsRecipe>
