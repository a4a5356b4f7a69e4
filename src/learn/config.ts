/**
 * The configuration of a run: model, data and training. One schema for files, flags and folders.
 */
import { z } from 'zod'
import { modalities } from '../base/modalities.js'
import {
  type SyntheticPreset,
  syntheticPresets,
  syntheticTasks,
} from '../data/corpora/synthetic/index.js'
import { namedParts } from '../data/parts.js'
import { classesConfig } from '../data/prepare/classes/classes.js'
import { invalidPolicies } from '../data/prepare/invalid/invalid.js'
import { labelPolicies } from '../data/prepare/labels/settle.js'
import { splitConfig } from '../data/prepare/split/index.js'
import { targetNames } from '../task/kinds.js'
import { sentimentReadings } from '../task/sentiment-classes.js'

const rate = z.number().positive()
const count = z.int().positive()

/** The options of the generator behind the data "synthetic". */
export const syntheticConfig = z.strictObject({
  seed: z.int().min(0).default(0).describe('random seed of the generator'),
  train: count.default(1200).describe('size of the training split'),
  valid: count.default(300).describe('size of the validation split'),
  test: count.default(500).describe('size of the test split'),
  preset: z
    .enum(Object.keys(syntheticPresets) as SyntheticPreset[])
    .optional()
    .describe('label scheme of a known corpus'),
  task: z.enum(syntheticTasks).optional().describe('what the labels are (default: sentiment)'),
  emotions: z
    .array(z.string().min(1))
    .min(3)
    .optional()
    .describe("names of classes or emotions (default: Ekman's six)"),
  prosody: z.int().min(0).default(0).describe('number of utterance-level prosody features'),
  pictures: z
    .boolean()
    .default(false)
    .describe(
      'faces, chunks of a spectrogram and tokens in place of features, which are unaligned',
    ),
  aligned: z.boolean().default(true).describe('one step per word in every modality'),
  sarcasm: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('share of samples whose words contradict voice and face'),
  speakerOffset: z
    .number()
    .min(0)
    .default(1)
    .describe("scale of each speaker's bias in voice and face"),
  misalignment: z.int().min(0).default(1).describe('how many words voice and face lag behind'),
  missing: z
    .number()
    .min(0)
    .max(0.95)
    .default(0.05)
    .describe('share of steps that are not recorded'),
  noise: z.number().min(0).default(1).describe('scale of the noise in words, voice and face'),
})

/** Which data, and how to read it. */
export const dataConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('feature file or folder (MMSA or MulT pickle, .npy fold, store), or "synthetic"'),
  target: z
    .enum(['auto', ...targetNames])
    .default('auto')
    .describe('what to predict; auto takes the first one that the data has'),
  standardise: z
    .boolean()
    .default(true)
    .describe('scale each feature to mean 0 and standard deviation 1 on the training split'),
  // Older configurations say `replace` for `zero`.
  invalid: z
    .preprocess((value) => (value === 'replace' ? 'zero' : value), z.enum(invalidPolicies))
    .default('mean')
    .describe(
      'NaN and infinity: replace with the training mean (mean) or with 0 (zero), or refuse the data (refuse)',
    ),
  labels: z
    .enum(labelPolicies)
    .optional()
    .describe(
      'sentiment beyond -3 to 3: clip it, drop the samples, rescale all, or refuse; refuse also refuses missing labels',
    ),
  vectors: z
    .string()
    .min(1)
    .optional()
    .describe(
      'GloVe file of word vectors (default: the vectors of emotion words included with Limbic)',
    ),
  names: z
    .partialRecord(z.enum([...modalities, ...namedParts]), z.string())
    .default({})
    .describe(
      'names in the file of modalities, splits, labels and ids, such as vision: visual, valid: holdout',
    ),
  split: splitConfig.optional(),
  classes: classesConfig.optional(),
  synthetic: syntheticConfig.optional(),
})

/** How to train: batches, rates, stopping, selection. */
export const trainingConfig = z.strictObject({
  epochs: count.default(100).describe('maximum number of epochs'),
  batchSize: count.default(32).describe('samples per batch'),
  gradientAccumulation: count
    .default(1)
    .describe(
      'batches per step of the optimiser: a step like that of one batch of so many times the samples, in the memory of one',
    ),
  learningRate: rate.default(5e-4).describe('initial learning rate of Adam'),
  loss: z
    .enum(['l1', 'mse', 'classes'])
    .default('l1')
    .describe(
      'loss for sentiment: absolute (l1) or squared (mse) error of a number, or cross-entropy of its classes, such as the seven from -3 to 3 (classes); other targets always use cross-entropy',
    ),
  reading: z
    .enum(sentimentReadings)
    .default('probabilities')
    .describe(
      'with --loss classes, what the polarity is read from: the mean of the classes by probability, or the sum weighted by raw logits, as in the code of Multimodal Routing',
    ),
  weightDecay: z.number().min(0).default(0).describe('L2 weight decay of Adam'),
  modalityDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'probability that each input of a training sample is left out, never all of them, so that the model learns to predict without it',
    ),
  clipNorm: rate.optional().describe('clip the global gradient norm to this value'),
  clipValue: rate
    .optional()
    .describe(
      'clip each element of the gradients to between minus this and this, before any --clip-norm',
    ),
  rates: z
    .record(z.string(), rate)
    .default({})
    .describe('learning-rate factors for parameters whose path starts with the name'),
  plateauFactor: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe('factor by which the learning rate is reduced on a plateau'),
  plateauPatience: z
    .int()
    .min(0)
    .default(2)
    .describe('epochs without a lower validation loss before the learning rate is reduced'),
  plateauCooldown: z
    .int()
    .min(0)
    .default(2)
    .describe('epochs to wait after a reduction before counting again'),
  plateauFloor: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe('learning-rate floor, as a share of the initial rate'),
  monitor: z
    .string()
    .min(1)
    .default('loss')
    .describe(
      'what selects the best epoch: the validation loss, a metric such as accuracy, or none: the last epoch is kept',
    ),
  patience: count.default(10).describe('stop after this many epochs without improvement'),
  balance: z
    .enum(['none', 'classes'])
    .default('none')
    .describe(
      'weight the loss against class imbalance: classes by inverse frequency; for multi-label targets, positives by negatives / positives',
    ),
  thresholds: z
    .enum(['half', 'validation'])
    .default('half')
    .describe('decision thresholds for multi-label targets: 0.5, or tuned on the validation split'),
  refit: z
    .boolean()
    .default(false)
    .describe(
      'once the best epoch is known, retrain for that many epochs on the training and validation splits together; at once where monitor is none',
    ),
})

/** The whole configuration of a run, as in `config.yaml` in its folder. */
export const runConfig = z.strictObject({
  model: z.string().default('mmlatch').describe('name of the model'),
  settings: z.record(z.string(), z.unknown()).default({}).describe('the model’s own settings'),
  data: dataConfig,
  from: z
    .string()
    .min(1)
    .optional()
    .describe('run folder to take initial weights from, wherever names and shapes match'),
  parts: z
    .array(z.string().regex(/^[^=]+(=[^=]+)?$/))
    .min(1)
    .optional()
    .describe(
      'with --from, the only parts that start from that run, by path, such as face.cnn; face.cnn=voice.cnn starts face.cnn from its voice.cnn',
    ),
  training: trainingConfig.prefault({}),
  seed: z.int().min(0).default(0).describe('random seed for parameters, batches and dropout'),
  // Far beyond any machine: a runtime of a million threads comes to no end.
  threads: count.max(1024).optional().describe('threads of the runtime (default: all cores)'),
  provider: z.enum(['cpu', 'cuda']).default('cpu').describe('execution provider of the runtime'),
})

export type DataConfig = z.infer<typeof dataConfig>
export type TrainingConfig = z.infer<typeof trainingConfig>
export type RunConfig = z.infer<typeof runConfig>
