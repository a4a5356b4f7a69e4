/** Recipes for words. */
import { z } from 'zod'

const count = z.int().positive()

/** One vector per word. */
const gloveRecipe = z.strictObject({
  kind: z.literal('glove'),
  width: count,
})

/** Ids of subword tokens, including the start and end tokens; a step is one id. */
const tokensRecipe = z.strictObject({
  kind: z.literal('tokens'),
  /** Longer texts are truncated. */
  longest: count,
})

/** The vectors of a text encoder, for each token or for each word as the mean of its tokens. */
const encoderRecipe = z.strictObject({
  kind: z.literal('encoder'),
  /** Numbers of a vector; null until the encoder is known. */
  width: count.nullable(),
  longest: count,
  step: z.enum(['token', 'word']),
})

export const wordsRecipe = z.discriminatedUnion('kind', [gloveRecipe, tokensRecipe, encoderRecipe])
export type WordsRecipe = z.infer<typeof wordsRecipe>
