/** What each input, and each step of it, adds to what a model says of one sample. */
import { type Batch, collateBatch } from '../data/batches.js'
import type { Split } from '../data/types.js'
import { LimbicError } from '../errors.js'
import { type Modality, modalities } from '../modalities.js'
import { outputCount, type Task } from '../train/task.js'
import { labelSteps, wordsOf } from './attention.js'
import type { Baselines, InputName } from './baselines.js'
import { type Occlusion, occludedBatch } from './occlusion.js'
import type { Predict } from './predict.js'
import { saidScores, scoreNames, scoresOf } from './scores.js'
import { shapleyValues } from './shapley.js'
import { mostWindows, type Window, windowLabel, windowsOf } from './windows.js'

export interface ContributionOptions {
  readonly task: Task
  /** What the model reads, as `inputsOf` tells. */
  readonly inputs: readonly InputName[]
  /** What stands for an input that is left out, as features that `predict` takes. */
  readonly baselines: Baselines
  /** Whether step t of every modality is the same word. */
  readonly aligned: boolean
  /** For several labels at once: the probability above which each is said; 0.5 unless given. */
  readonly thresholds?: readonly number[] | undefined
  /** The most windows that a sequence is cut into. Default: 60. */
  readonly windows?: number
  /** Called after each batch, for progress. */
  readonly onBatch?: (done: number, total: number) => void
}

/** What the inputs and steps of one sample add to each number that the model gives. */
export interface SampleContributions {
  readonly inputs: readonly InputName[]
  readonly task: Task['kind']
  /** `probability`: from 0 to 1; `sentiment`: from -3 to 3. */
  readonly unit: 'probability' | 'sentiment'
  /** One for sentiment, one a class or label. */
  readonly scores: readonly ScoreContributions[]
}

export interface ScoreContributions {
  /** "sentiment", or the name of the class or label. */
  readonly name: string
  /** Whether the model stands by it: sentiment, the predicted class, each label above its threshold. */
  readonly said: boolean
  /** The score with every input as it is. */
  readonly prediction: number
  /** The score with every input at its baseline. */
  readonly baseline: number
  /** The Shapley value of each input: they add up to the prediction less the baseline. */
  readonly parts: readonly { readonly input: InputName; readonly value: number }[]
  /** The score where only some inputs are as they are and the others at their baselines: all subsets. */
  readonly subsets: readonly { readonly kept: readonly InputName[]; readonly score: number }[]
  /** What leaving out one window after another does, a sequence each. */
  readonly steps: readonly StepChanges[]
}

/** One sequence, window after window. */
export interface StepChanges {
  readonly modality: Modality
  /** The sequence's true steps. */
  readonly length: number
  readonly windows: readonly WindowChange[]
}

export interface WindowChange extends Window {
  /** Its words where it has some, or else the numbers of its steps from 1. */
  readonly label: string
  /** The score as it is less the score without the window: above 0 where the window raises it. */
  readonly change: number
}

/**
 * Why a model says what it says of one sample, for any model, by leaving parts of the input out: a
 * part is left out by putting the baseline at each of its steps. Lengths stay as they are. The
 * sample is run alone, in batches of its own copies, so that no padding takes part.
 *
 * Inputs: the score is computed for all subsets of them (at most 16, with prosody), of which each
 * has its exact Shapley value. Source: L. S. Shapley, "A value for n-person games", 1953.
 *
 * Steps: a window after the other is left out of each sequence, everything else being as it is.
 * Source: M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014,
 * section 4.2, along time rather than over an image. A sequence of more than `windows` steps is
 * cut into that many windows of several steps. These changes need not add up to anything.
 *
 * @param predict takes what the split holds; its maps are not looked at, so best opened without
 * @param row the sample's row in the split
 * @throws LimbicError if there is no such sample, a baseline does not fit its input, or the model
 * does not give [batch, outputs] finite numbers
 */
export async function explainContributions(
  predict: Predict,
  split: Split,
  row: number,
  options: ContributionOptions,
): Promise<SampleContributions> {
  if (!Number.isInteger(row) || row < 0 || row >= split.ids.length) {
    throw new LimbicError('no such sample in the split', {
      expected: `0 to ${split.ids.length - 1}`,
      got: String(row),
    })
  }
  const { task, inputs, thresholds } = options
  const read = modalities.filter((modality) => inputs.includes(modality))
  const sample = collateBatch(split, Int32Array.of(row), read)
  const whole = inputs.map((input): Occlusion => ({ input, from: 0, to: lengthOf(sample, input) }))
  const sequences = read.map((modality) => windowsOfSample(sample, split, modality, options))

  // Bit i of a subset's index is set where input i is as it is; the last subset is the sample itself.
  const subsets = Array.from({ length: 2 ** inputs.length }, (_, subset) => ({
    kept: inputs.filter((_, index) => subset & (1 << index)),
    leftOut: whole.filter((_, index) => !(subset & (1 << index))),
  }))
  const variants = [
    ...subsets.map(({ leftOut }) => leftOut),
    ...sequences.flatMap(({ modality, windows }) =>
      windows.map(({ from, to }) => [{ input: modality, from, to }]),
    ),
  ]
  const scores = await scoreVariants(predict, sample, variants, options)
  const full = scores[subsets.length - 1] ?? []
  const said = saidScores(full, task, thresholds)
  return {
    inputs,
    task: task.kind,
    unit: task.kind === 'regression' ? 'sentiment' : 'probability',
    scores: scoreNames(task).map((name, output) => {
      const of = (variant: number) => scores[variant]?.[output] ?? Number.NaN
      const values = subsets.map((_, subset) => of(subset))
      const parts = shapleyValues(values, inputs.length)
      const prediction = of(subsets.length - 1)
      let variant = subsets.length
      return {
        name,
        said: said[output] ?? false,
        prediction,
        baseline: of(0),
        parts: inputs.map((input, index) => ({ input, value: parts[index] ?? 0 })),
        subsets: subsets.map(({ kept }, subset) => ({ kept, score: values[subset] ?? 0 })),
        steps: sequences.map(({ windows, ...sequence }) => ({
          ...sequence,
          windows: windows.map((window) => ({ ...window, change: prediction - of(variant++) })),
        })),
      }
    }),
  }
}

/** The scores that the model stands by; where it stands by none, the highest. */
export function mainScores({ scores }: SampleContributions): readonly ScoreContributions[] {
  const said = scores.filter((score) => score.said)
  if (said.length > 0) return said
  const highest = Math.max(...scores.map(({ prediction }) => prediction))
  return scores.filter(({ prediction }) => prediction === highest).slice(0, 1)
}

function lengthOf(sample: Batch, input: InputName): number {
  return input === 'prosody' ? 1 : (sample.sequences[input]?.lengths[0] ?? 0)
}

function windowsOfSample(
  sample: Batch,
  split: Split,
  modality: Modality,
  { aligned, windows = mostWindows }: ContributionOptions,
) {
  const words = wordsOf(split.rawText?.[sample.indices[0] ?? 0])
  const length = lengthOf(sample, modality)
  const time = sample.sequences[modality]?.shape[1] ?? 0
  const labels = labelSteps(modality, time, sample, 0, { words, aligned })
  return {
    modality,
    length,
    windows: windowsOf(length, windows).map((window) => ({
      ...window,
      label: windowLabel(window, labels),
    })),
  }
}

/** So many variants, and so many numbers, go into one batch at most. */
const largestBatch = { variants: 64, numbers: 2 ** 23 }

/** The scores of each variant: what is left out of it. */
async function scoreVariants(
  predict: Predict,
  sample: Batch,
  variants: readonly (readonly Occlusion[])[],
  { baselines, task, onBatch }: ContributionOptions,
): Promise<number[][]> {
  const numbers = Object.values(sample.sequences).reduce(
    (sum, { values }) => sum + values.length,
    1,
  )
  const fitting = Math.floor(largestBatch.numbers / numbers)
  const size = Math.max(1, Math.min(largestBatch.variants, fitting))
  const scores: number[][] = []
  const batches = Math.ceil(variants.length / size)
  for (let place = 0; place < batches; place++) {
    const start = place * size
    const batch = occludedBatch(sample, variants.slice(start, start + size), baselines)
    const { prediction } = await predict(batch)
    scores.push(...scoresOfBatch(prediction, batch.size, task))
    onBatch?.(place + 1, batches)
  }
  return scores
}

function scoresOfBatch(
  { data, shape }: Awaited<ReturnType<Predict>>['prediction'],
  size: number,
  task: Task,
): number[][] {
  const outputs = outputCount(task)
  const values = Float32Array.from(data as ArrayLike<number | bigint>, Number)
  if (values.length !== size * outputs || !values.every(Number.isFinite)) {
    throw new LimbicError('the model does not give what can be explained', {
      where: 'prediction',
      expected: `[${size}, ${outputs}] finite numbers`,
      got: values.every(Number.isFinite) ? `[${shape.join(', ')}]` : 'NaN or infinity',
    })
  }
  return Array.from({ length: size }, (_, row) =>
    scoresOf(values.subarray(row * outputs, (row + 1) * outputs), task),
  )
}
