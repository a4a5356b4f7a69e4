/** What a recipe may make of sound. Every number is written, so that features say how they were made. */
import { z } from 'zod'

const positive = z.number().positive()
const count = z.int().positive()

/** Which channels are heard where a recording has several and a corpus does not say. */
const common = {
  /** Samples a second that sound is brought to first (Hz). */
  rate: count,
  /** Whether stretches without voice are cut out before. */
  cutSilence: z.boolean(),
}

/** Windows of the short-time spectrum, in milliseconds. */
const windows = {
  window: positive,
  hop: positive,
  shape: z.enum(['hann', 'hamming']),
  /** What is put around the sound so that the first window is centred on its first sample. */
  padding: z.enum(['reflect', 'zeros']),
}

const filters = {
  bands: count,
  /** Hz. */
  lowest: z.number().nonnegative(),
  highest: positive,
  scale: z.enum(['htk', 'slaney']),
  /** Whether each filter is divided by its width. */
  normalised: z.boolean(),
}

/** Cepstral coefficients a window, with differences over time beside them. */
export const mfccRecipe = z.strictObject({
  kind: z.literal('mfcc'),
  ...common,
  ...windows,
  ...filters,
  coefficients: count,
  /** 0: none, 1: first, 2: first and second differences. */
  differences: z.int().min(0).max(2),
  /** Windows that a difference is taken over. */
  differenceWidth: z.int().min(3),
  /** How far below the loudest a band may lie, in dB. */
  range: positive,
})

/** Mel bands a window, in dB. */
export const logMelRecipe = z.strictObject({
  kind: z.literal('log-mel'),
  ...common,
  ...windows,
  ...filters,
  range: positive,
})

/** Pieces of a mel spectrogram as pictures of one channel: a step is [1, bands, frames]. */
export const melChunksRecipe = z.strictObject({
  kind: z.literal('mel-chunks'),
  ...common,
  ...windows,
  ...filters,
  /** Windows a chunk; the last is filled up with zeros. */
  frames: count,
  /** Power as it is, as MESM's code has it, or its logarithm. */
  values: z.enum(['power', 'log']),
})

/** Bark bands, cepstral coefficients and statistics of voice descriptors, a row a frame. */
export const acousticRecipe = z.strictObject({
  kind: z.literal('acoustic'),
  ...common,
  /** Milliseconds that a row covers. */
  frame: positive,
  barkBands: count,
  coefficients: count,
  /** Six statistics of 18 descriptors: 108 numbers. */
  statistics: z.boolean(),
})

export const soundRecipe = z.discriminatedUnion('kind', [
  mfccRecipe,
  logMelRecipe,
  melChunksRecipe,
  acousticRecipe,
])
export type SoundRecipe = z.infer<typeof soundRecipe>
