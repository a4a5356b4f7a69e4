/** What inputs and steps contribute, in words. */
import {
  effectLanes,
  type Lane,
  mainScores,
  mostWindows,
  type SampleContributions,
  type ScoreContributions,
} from '../../explain/index.js'
import { renderLanes } from './lanes.js'
import { changeText, scoreText, unitText } from './steps.js'

/** The baseline of explanations by leaving out, to be reported with them. */
export interface ContributionFacts {
  readonly inputs: readonly string[]
  /** What the training means are, such as "zeros after standardisation". */
  readonly baseline: string
  /** Whether step t of every modality is the same word. */
  readonly aligned: boolean
  readonly unit: SampleContributions['unit']
}

/**
 * The method and how to read it, in plain words: what is left out and how, what the numbers of
 * inputs and steps mean, and what none of them tells.
 */
export function contributionMethod(facts: ContributionFacts): readonly string[] {
  const { inputs, baseline, aligned, unit } = facts
  const words = aligned
    ? ' The inputs are aligned word by word: a word left out of one input remains in the others.'
    : ''
  return [
    `Parts of the input are left out and the model is run again. Parts left out are replaced by an average: each step gets the mean feature values of the training data (${baseline}). The number of steps does not change, and each sample is run in a batch of its own, so padding has no effect.${words}`,
    `Inputs (${inputs.join(', ')}): the model is run on all ${2 ** inputs.length} combinations of them. The contribution of an input is its Shapley value: the change when it is added, averaged over all orders of adding the inputs. The contributions add up to the difference between the prediction for the sample and the prediction for an average input.`,
    `Steps: each step of an input is left out in turn; a sequence of more than ${mostWindows} steps is divided into ${mostWindows} windows. A step with an effect above 0 raises the ${unit}, one below 0 lowers it. These effects do not add up, because steps can be redundant or matter only in combination.`,
    'These values describe the model: what its prediction depends on, not why a person feels this way or whether the prediction is correct. Samples with averaged parts also differ from anything in the training data.',
  ]
}

/** The name of a score for people: "the probability of angry", "sentiment". */
export function scoreTitle(unit: SampleContributions['unit'], name: string): string {
  return unit === 'probability' ? `the probability of ${name}` : name
}

/** One line per score: its value for an average input, and the contribution of each input. */
function contributionLine(
  { unit }: Pick<SampleContributions, 'unit'>,
  { name, said, baseline, parts, prediction }: ScoreContributions,
): string {
  const list = parts.map(({ input, value }) => `${input} ${changeText(value, unit)}`)
  const why = `why ${said ? '' : 'not '}${name}, ${scoreText(prediction, unit)}`
  return `${why}: ${scoreText(baseline, unit)} for an average input, ${list.join(', ')}${unitText(unit)}`
}

/**
 * The contributions of one sample for a terminal: a line for each score that the model stands by.
 *
 * @param lanes others of the sample, to stand under the effects on the same axis; without them
 * there are no lanes at all
 */
export function renderContributions(
  contributions: SampleContributions,
  lanes?: readonly Lane[],
): string {
  const main = mainScores(contributions)
  const lines = main.map((score) => contributionLine(contributions, score))
  if (lanes === undefined) return lines.join('\n')
  const figures = main.flatMap((score, place) => {
    const all = [...effectLanes(contributions, score), ...(place === 0 ? lanes : [])]
    if (all.length === 0) return []
    return [
      `\neffects of steps on ${scoreTitle(contributions.unit, score.name)}\n`,
      renderLanes(all),
    ]
  })
  return [...lines, ...figures].join('\n')
}
