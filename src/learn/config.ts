/** What a run is told: the model, its data, how it learns. One schema for files, flags and folders. */
import { z } from 'zod'
import { modalities } from '../base/modalities.js'
import { type SyntheticPreset, syntheticPresets } from '../data/corpora/synthetic/index.js'
import { classesConfig } from '../data/prepare/classes/classes.js'
import { invalidPolicies } from '../data/prepare/invalid/invalid.js'
import { labelPolicies } from '../data/prepare/labels/settle.js'
import { splitConfig } from '../data/prepare/split/index.js'
import { targetNames } from '../task/kinds.js'

const rate = z.number().positive()
const count = z.int().positive()

/** What is generated where the data are called "synthetic". */
export const syntheticConfig = z.strictObject({
  seed: z.int().min(0).default(0).describe('decides what is generated'),
  train: count.default(1200).describe('generated samples to train on'),
  valid: count.default(300).describe('generated samples to validate on'),
  test: count.default(500).describe('generated samples to test on'),
  preset: z
    .enum(Object.keys(syntheticPresets) as SyntheticPreset[])
    .optional()
    .describe('labels in the form of a known corpus'),
  task: z
    .enum(['sentiment', 'classes', 'emotions'])
    .optional()
    .describe('the target that is generated (default: sentiment)'),
  emotions: z
    .array(z.string().min(1))
    .min(3)
    .optional()
    .describe("names of classes or emotions (default: Ekman's six)"),
  prosody: z.int().min(0).default(0).describe('features of the prosody of whole samples'),
  aligned: z.boolean().default(true).describe('one step a word in every modality'),
  sarcasm: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('share of samples whose words say the opposite of voice and face'),
  speakerOffset: z
    .number()
    .min(0)
    .default(1)
    .describe("how far speakers' habitual voices and faces lie apart, as a multiple"),
  misalignment: z
    .int()
    .min(0)
    .default(1)
    .describe('how many words voice and face come after their words'),
  missing: z.number().min(0).max(0.95).default(0.05).describe('share of steps not recorded'),
  noise: z.number().min(0).default(1).describe('noise in how a feeling is shown, as a multiple'),
})

/** Which data, and what of them. */
export const dataConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('feature file or folder (MMSA or MulT pickle, .npy fold, store), or "synthetic"'),
  target: z
    .enum(['auto', ...targetNames])
    .default('auto')
    .describe('what to predict; auto takes the first that the data have'),
  standardise: z
    .boolean()
    .default(true)
    .describe("give each feature mean 0 and deviation 1 by the training set's statistics"),
  // Configurations of before call zero `replace`.
  invalid: z
    .preprocess((value) => (value === 'replace' ? 'zero' : value), z.enum(invalidPolicies))
    .default('mean')
    .describe(
      'what numbers that are none (NaN, infinity) become: the mean of training, or 0; or stop',
    ),
  labels: z
    .enum(labelPolicies)
    .optional()
    .describe(
      'sentiment beyond -3 to 3: moved to the end, left out, all scaled, or refused; refuse keeps NaN too',
    ),
  vectors: z
    .string()
    .min(1)
    .optional()
    .describe('GloVe file of word vectors; those of emotion words that Limbic brings unless given'),
  names: z
    .partialRecord(z.enum(modalities), z.string())
    .default({})
    .describe("the file's own names for modalities, such as vision: visual"),
  split: splitConfig.optional(),
  classes: classesConfig.optional(),
  synthetic: syntheticConfig.optional(),
})

/** How a model learns: batches, rates, when to stop, what is best. */
export const trainingConfig = z.strictObject({
  epochs: count.default(100).describe('the most epochs'),
  batchSize: count.default(32).describe('samples a step'),
  learningRate: rate.default(5e-4).describe("Adam's rate at the start"),
  loss: z.enum(['l1', 'mse']).default('l1').describe('for sentiment; classes have cross entropy'),
  weightDecay: z.number().min(0).default(0).describe("Adam's penalty on large weights"),
  clipNorm: rate.optional().describe('the largest global norm of the gradients'),
  rates: z
    .record(z.string(), rate)
    .default({})
    .describe('factors on the rate for parameters by the start of their path'),
  plateauFactor: z.number().gt(0).lt(1).default(0.5).describe('what the rate is multiplied by'),
  plateauPatience: z
    .int()
    .min(0)
    .default(2)
    .describe('epochs without lower validation loss before the rate falls'),
  plateauCooldown: z.int().min(0).default(2).describe('epochs of rest after the rate fell'),
  plateauFloor: z.number().min(0).max(1).default(0.05).describe('lowest share of the first rate'),
  monitor: z
    .string()
    .min(1)
    .default('loss')
    .describe('what the best epoch is best in: the validation loss, or a metric such as accuracy'),
  patience: count.default(10).describe('stop after so many epochs in which nothing better came'),
  balance: z
    .enum(['none', 'classes'])
    .default('none')
    .describe(
      'weigh the loss against unequal classes: by the inverse of their share, or, for several labels at once, positives by negatives / positives',
    ),
  thresholds: z
    .enum(['half', 'validation'])
    .default('half')
    .describe('for several labels at once: present above 0.5, or above what is best on validation'),
  refit: z
    .boolean()
    .default(false)
    .describe(
      'once the best epoch is known, train anew for so many on training and validation data together',
    ),
})

/** All that a run is told, as `config.yaml` in its folder has it. */
export const runConfig = z.strictObject({
  model: z.string().default('mmlatch').describe('name of the model'),
  settings: z.record(z.string(), z.unknown()).default({}).describe('the model’s own settings'),
  data: dataConfig,
  from: z
    .string()
    .min(1)
    .optional()
    .describe('folder of a run to begin with the weights of, as far as names and shapes agree'),
  training: trainingConfig.prefault({}),
  seed: z.int().min(0).default(0).describe('decides parameters, batches and dropout'),
  threads: count.optional().describe('threads of the engine; all cores unless given'),
  provider: z.enum(['cpu', 'cuda']).default('cpu').describe('where the model runs'),
})

export type DataConfig = z.infer<typeof dataConfig>
export type TrainingConfig = z.infer<typeof trainingConfig>
export type RunConfig = z.infer<typeof runConfig>
