/** The contribution of each input and step to the prediction for one sample. */
import { LimbicError } from '../../base/errors.js'
import { elementAt, lookUp } from '../../base/lookup.js'
import { type Batch, collateBatch } from '../../data/batch.js'
import type { Split } from '../../data/dataset.js'
import type { Scale, Task } from '../../task/task.js'
import { labelSteps, wordsOf } from '../labels.js'
import type { Runnable } from '../runnable.js'
import type { Baselines } from './baselines.js'
import type { Occlusion } from './occlusion.js'
import { shapleyValues } from './shapley.js'
import { scoreVariants } from './variants.js'
import { mostWindows, type Window, windowLabel, windowsOf } from './windows.js'

/** Twelve inputs have 4,096 subsets. */
const mostInputs = 12

export interface ContributionOptions {
  readonly task: Task
  /** The model's inputs, as `inputsOf` returns them. */
  readonly inputs: readonly string[]
  /** The replacement of each input that is left out, as raw features. */
  readonly baselines: Baselines
  /** Whether step t of every modality is the same word. */
  readonly aligned: boolean
  /** For labels: the probability above which each is predicted; default: 0.5. */
  readonly thresholds?: readonly number[] | undefined
  /** The most windows per sequence. Default: 60. */
  readonly windows?: number
  /** Called after each batch, for progress. */
  readonly onBatch?: (done: number, total: number) => void
}

/** The contributions of the inputs and steps of one sample to each output. */
export interface SampleContributions extends Scale {
  readonly inputs: readonly string[]
  /** The kind of the task. */
  readonly task: string
  /** One for sentiment, one per class or label. */
  readonly scores: readonly ScoreContributions[]
}

export interface ScoreContributions {
  /** "sentiment", or the name of the class or label. */
  readonly name: string
  /** Whether it is predicted: sentiment, the predicted class, each label above its threshold. */
  readonly said: boolean
  /** The score with every input unchanged. */
  readonly prediction: number
  /** The score with every input at its baseline. */
  readonly baseline: number
  /** The Shapley value of each input; they add up to prediction minus baseline. */
  readonly parts: readonly { readonly input: string; readonly value: number }[]
  /** The score of every subset: its inputs unchanged, the others at their baselines. */
  readonly subsets: readonly { readonly kept: readonly string[]; readonly score: number }[]
  /** The effect of leaving out each window, per sequence. */
  readonly steps: readonly StepChanges[]
}

/** One sequence, window after window. */
export interface StepChanges {
  readonly modality: string
  /** The sequence's true steps. */
  readonly length: number
  readonly windows: readonly WindowChange[]
}

interface LabelledWindow extends Window {
  /** Its words, or else the numbers of its steps from 1. */
  readonly label: string
}

export interface WindowChange extends LabelledWindow {
  /** The unchanged score minus the score without the window: positive if the window raises it. */
  readonly change: number
}

/**
 * Explains the prediction for one sample, for any model, by leaving out parts of the input: a
 * part is left out by putting the baseline at each of its steps. Lengths stay as they are. The
 * sample is run alone, in batches of its own copies, so that no padding takes part.
 *
 * Inputs: the score is computed for all subsets of them (16 of four), of which each
 * has its exact Shapley value. Source: L. S. Shapley, "A value for n-person games", 1953.
 *
 * Steps: each window of each sequence is left out in turn, with everything else unchanged.
 * Source: M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014,
 * section 4.2, along time rather than over an image. A sequence of more than `windows` steps is
 * cut into that many windows of several steps. These changes need not add up to the prediction.
 *
 * @param model takes what the split holds
 * @param row the sample's row in the split
 * @throws LimbicError if there is no such sample, there are more than 12 inputs, a baseline does not
 * fit its input, `windows` is no positive integer, or the model does not give [batch, outputs] finite numbers
 */
export async function explainContributions(
  model: Runnable,
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
  if (inputs.length > mostInputs) {
    throw new LimbicError('the model has too many inputs to leave out every subset of them', {
      expected: `at most ${mostInputs}`,
      got: String(inputs.length),
    })
  }
  const sample = await collateBatch(split, Int32Array.of(row), inputs)
  const read = inputs.filter((name) => sample.features[name]?.time !== false)
  const subsets = subsetsOf(inputs, sample)
  const sequences = read.map((modality) => windowsOfSample(sample, split, modality, options))
  const windows = sequences.flatMap(({ modality, windows }) =>
    windows.map((window) => {
      const { from, to } = window
      return { window, leftOut: [{ input: modality, from, to }] }
    }),
  )
  const variants = [...subsets, ...windows].map(({ leftOut }) => leftOut)
  const scores = await scoreVariants(model, sample, variants, options)
  const ofSubsets = scores.slice(0, subsets.length)
  const ofWindows = new Map(
    windows.map(({ window }, at) => [window, elementAt(scores, subsets.length + at, 'window')]),
  )
  const said = task.decide(ofSubsets.at(-1) ?? [], thresholds)
  return {
    inputs,
    task: task.spec.kind,
    ...task.scale,
    scores: task.outputs.map((name, output) => {
      const values = ofSubsets.map((subset) => elementAt(subset, output, 'output'))
      const [baseline = 0, prediction = 0] = [values[0], values.at(-1)]
      const parts = shapleyValues(values, inputs.length)
      const changeOf = (window: LabelledWindow) =>
        prediction - elementAt(lookUp(ofWindows, window, 'window'), output, 'output')
      return {
        name,
        said: said[output] ?? false,
        prediction,
        baseline,
        parts: inputs.map((input, index) => ({ input, value: elementAt(parts, index, 'part') })),
        subsets: subsets.map(({ kept }, subset) => ({
          kept,
          score: elementAt(values, subset, 'subset'),
        })),
        steps: sequences.map((sequence) => ({
          ...sequence,
          windows: sequence.windows.map((window) => ({ ...window, change: changeOf(window) })),
        })),
      }
    }),
  }
}

/** The predicted scores; if none is predicted, the highest. */
export function mainScores({ scores }: SampleContributions): readonly ScoreContributions[] {
  const said = scores.filter((score) => score.said)
  if (said.length > 0) return said
  const highest = Math.max(...scores.map(({ prediction }) => prediction))
  return scores.filter(({ prediction }) => prediction === highest).slice(0, 1)
}

/**
 * All subsets of the inputs: bit i of a subset's index is set where it keeps input i, so the first
 * keeps nothing and the last is the sample itself.
 */
function subsetsOf(inputs: readonly string[], sample: Batch) {
  const whole = inputs.map((input): Occlusion => ({ input, from: 0, to: lengthOf(sample, input) }))
  return Array.from({ length: 2 ** inputs.length }, (_, subset) => ({
    kept: inputs.filter((_, index) => subset & (1 << index)),
    leftOut: whole.filter((_, index) => !(subset & (1 << index))),
  }))
}

function lengthOf(sample: Batch, input: string): number {
  return sample.features[input]?.lengths[0] ?? 0
}

function windowsOfSample(
  sample: Batch,
  split: Split,
  modality: string,
  { aligned, windows = mostWindows }: ContributionOptions,
): { modality: string; length: number; windows: readonly LabelledWindow[] } {
  const words = wordsOf(split.rawText?.[sample.indices[0] ?? 0])
  const length = lengthOf(sample, modality)
  const time = sample.features[modality]?.steps ?? 0
  const labels = labelSteps([modality], time, sample, 0, { words, aligned })
  return {
    modality,
    length,
    windows: windowsOf(length, windows).map((window) => ({
      ...window,
      label: windowLabel(window, labels),
    })),
  }
}
