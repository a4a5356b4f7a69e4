/** What the files of a run hold, as they are checked when they are read. */

import { z } from 'zod'
import type { DatasetFacts } from '../data/facts.js'
import { recipeSchema } from '../media/recipes/index.js'
import type { Widths } from '../models/define/model.js'
import { type KnownTask, taskSchema } from '../task/kinds.js'

/** How many numbers a step of each input has, as files hold it. */
export const widthsSchema = z.record(z.string(), z.int().positive())

/** Digests of what was trained on: ids, targets and each input, by split. */
export const dataFingerprint = z.strictObject({
  /** Of the samples' features every so many were read; all unless given. */
  every: z.int().positive().exactOptional(),
  splits: z.record(z.string(), z.record(z.string(), z.string())),
})
export type DataFingerprint = z.infer<typeof dataFingerprint>

/** What a run began with of another one's weights. */
export const beginning = z.strictObject({
  /** The folder of the other. */
  run: z.string(),
  /** How many parameters. */
  taken: z.int(),
  /** Those that it did not have, with their shapes. */
  anew: z.array(z.string()),
})
export type Beginning = z.infer<typeof beginning>

export const descriptionSchema = z.strictObject({
  model: z.string(),
  modelDigest: z.string().exactOptional(),
  widths: widthsSchema,
  task: taskSchema,
  dataset: z.strictObject({
    name: z.string(),
    synthetic: z.boolean(),
    samples: z.strictObject({ train: z.int(), valid: z.int(), test: z.int() }),
    notes: z.array(z.string()),
    recipe: recipeSchema.exactOptional(),
  }),
  fingerprint: dataFingerprint.exactOptional(),
  beginning: beginning.exactOptional(),
})

/** What the weights of a run are for. */
export interface RunDescription {
  readonly model: string
  /** Of the model's file, where it is one of one's own; runs before 0.2 have none. */
  readonly modelDigest?: string
  readonly widths: Widths
  readonly task: KnownTask
  readonly dataset: DatasetFacts
  /** Runs of versions before 0.2 have none. */
  readonly fingerprint?: DataFingerprint
  /** Of a run that was told to begin with another's weights. */
  readonly beginning?: Beginning
}

export const epochRecord = z.strictObject({
  epoch: z.int(),
  trainLoss: z.number(),
  validLoss: z.number(),
  rate: z.number(),
  seconds: z.number(),
  best: z.boolean(),
  metrics: z.record(z.string(), z.number().nullable()),
})
export type EpochRecord = z.infer<typeof epochRecord>

export const stageRecord = z.strictObject({
  name: z.string(),
  bestEpoch: z.int(),
  epochs: z.int(),
  seconds: z.number(),
})
/** What a finished stage came to. */
export type StageRecord = z.infer<typeof stageRecord>

export const runResults = z.strictObject({
  bestEpoch: z.int(),
  epochs: z.int(),
  seconds: z.number(),
  parameters: z.int(),
  stopped: z.enum(['patience', 'epochs']),
  valid: z.record(z.string(), z.number().nullable()),
  test: z.record(z.string(), z.number().nullable()),
  /** The probability above which each emotion is predicted, where it was chosen on validation. */
  thresholds: z.array(z.number()).exactOptional(),
  /** The stages before the last one. */
  stages: z.array(stageRecord).exactOptional(),
  /** The digest of the weights' file that all of this came from. */
  weights: z.string().exactOptional(),
})
export type RunResults = z.infer<typeof runResults>

export const predictionLine = z.strictObject({
  id: z.string(),
  prediction: z.array(z.number()),
  truth: z.array(z.number()),
})
export type PredictionLine = z.infer<typeof predictionLine>
