/** The contents of a run's files, validated when read. */

import { z } from 'zod'
import type { DatasetFacts } from '../data/facts.js'
import { recipeSchema } from '../media/recipes/index.js'
import type { Widths } from '../models/define/model.js'
import { type KnownTask, taskSchema } from '../task/kinds.js'

/** The width of a step of each input, as stored. */
const widthsSchema = z.record(z.string(), z.int().positive())

/** Digests of the training data: ids, targets and each input, by split. */
const dataFingerprint = z.strictObject({
  /** Features are read from every n-th sample; default: from all. */
  every: z.int().positive().exactOptional(),
  splits: z.record(z.string(), z.record(z.string(), z.string())),
})
export type DataFingerprint = z.infer<typeof dataFingerprint>

/** The initial weights that a run took from another. */
export const beginning = z.strictObject({
  /** The folder of the other run. */
  run: z.string(),
  /** The number of parameters taken. */
  taken: z.int(),
  /** Parameters that the other run did not have, with their shapes. */
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

/** What identifies the weights of a run. */
export interface RunDescription {
  readonly model: string
  /** Of a custom model's file; absent in runs before 0.2. */
  readonly modelDigest?: string
  readonly widths: Widths
  readonly task: KnownTask
  readonly dataset: DatasetFacts
  /** Absent in runs before 0.2. */
  readonly fingerprint?: DataFingerprint
  /** For runs that started from another's weights. */
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
/** The result of a finished stage. */
export type StageRecord = z.infer<typeof stageRecord>

export const runResults = z.strictObject({
  bestEpoch: z.int(),
  epochs: z.int(),
  seconds: z.number(),
  parameters: z.int(),
  stopped: z.enum(['patience', 'epochs']),
  valid: z.record(z.string(), z.number().nullable()),
  test: z.record(z.string(), z.number().nullable()),
  /** The probability above which each emotion is predicted, if tuned on validation. */
  thresholds: z.array(z.number()).exactOptional(),
  /** The stages before the last one. */
  stages: z.array(stageRecord).exactOptional(),
  /** The digest of the weights file that these results were computed from. */
  weights: z.string().exactOptional(),
})
export type RunResults = z.infer<typeof runResults>

export const predictionLine = z.strictObject({
  id: z.string(),
  prediction: z.array(z.number()),
  truth: z.array(z.number()),
})
export type PredictionLine = z.infer<typeof predictionLine>
