/** A trained model's answers to one sample: with all of its inputs, and with each subset of them. */
import { outputsOf } from '../task/task.js'
import { type CheckedSample, splitOf } from './samples.js'
import type { TrainedModel } from './trained-model.js'
import { withoutInputs } from './without.js'

/** An answer in the numbers shown to people. */
export interface Scored {
  /** One for each output of the model, as `Task.scores` has them. */
  readonly scores: readonly number[]
  /** The answer in a few words. */
  readonly said: string
}

/** An answer, and those of every subset of its inputs. */
export interface SubsetAnswers extends Scored {
  /** The inputs that it is based on; the others are missing. */
  readonly present: readonly string[]
  /** The scores of every subset of them: bit i of the index is set where `present[i]` is in it. */
  readonly subsets: readonly (readonly number[])[]
}

/** The answers to some samples, in order. */
export async function scoresOf(
  model: TrainedModel,
  samples: readonly CheckedSample[],
): Promise<Scored[]> {
  const { task, thresholds = [] } = model
  const outputs = await model.predictSplit(splitOf(samples, model.inputs))
  return samples.map((_, at) => {
    const own = outputsOf(outputs, at, task)
    return { scores: task.scores(own), said: task.describe(own, thresholds) }
  })
}

/**
 * Answers a sample by each subset of its inputs, left out as if they had not been given.
 *
 * @param used the names of the inputs that may be used
 * @returns undefined if none of them is there
 */
export async function answerSubsets(
  model: TrainedModel,
  sample: CheckedSample,
  used: readonly string[],
): Promise<SubsetAnswers | undefined> {
  const names = model.inputs.map(({ name }) => name)
  const present = names.filter((name) => used.includes(name) && !sample.missing.includes(name))
  if (present.length === 0) return undefined
  const variants = Array.from({ length: 2 ** present.length }, (_, choice) => {
    const kept = present.filter((_, place) => choice & (1 << place))
    return withoutInputs(
      sample,
      model.inputs,
      names.filter((name) => !kept.includes(name)),
    )
  })
  const answers = await scoresOf(model, variants)
  const whole = answers.at(-1)
  return whole && { ...whole, present, subsets: answers.map(({ scores }) => scores) }
}
