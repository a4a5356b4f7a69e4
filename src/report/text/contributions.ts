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

/** What explanations by leaving out begin from, to be told with them. */
export interface ContributionFacts {
  readonly inputs: readonly string[]
  /** What the training means are, such as "zeros after standardisation". */
  readonly baseline: string
  /** Whether step t of every modality is the same word. */
  readonly aligned: boolean
  readonly unit: SampleContributions['unit']
}

/**
 * What was done and what it says, in plain words: what is left out and how, what the numbers of
 * inputs are, those of steps, and what none of them tells.
 */
export function contributionMethod(facts: ContributionFacts): readonly string[] {
  const { inputs, baseline, aligned, unit } = facts
  const words = aligned
    ? ' The inputs are aligned word by word: a word that is left out of one of them stays in the others.'
    : ''
  return [
    `Parts of the input were left out, and the model was asked again. What is left out becomes average: each of its steps gets the means that its features have in training (${baseline}). The number of steps stays as it is, and every sample is run alone, so padding takes no part.${words}`,
    `Inputs (${inputs.join(', ')}): the model was run on all ${2 ** inputs.length} combinations of them, from none to all. The part of an input is its Shapley value: the change it makes when it is added, averaged over all orders of adding them. The parts add up from what the model says of an average input, where all are left out, to what it says of the sample.`,
    `Steps: one after another was left out of one input, the rest being as it is; a sequence of more than ${mostWindows} steps was cut into ${mostWindows} windows. Above 0 a step raises the ${unit}, below 0 it lowers it. These effects do not add up: steps that say the same stand in for one another, and others count only together.`,
    'All this measures the model, not the cause: what its answer hangs on, not why a person feels so, nor whether the answer is right. A sample with average parts is also like none that the model was trained on.',
  ]
}

/** What a score is of, for people: "the probability of angry", "sentiment". */
export function scoreTitle(unit: SampleContributions['unit'], name: string): string {
  return unit === 'probability' ? `the probability of ${name}` : name
}

/** One line a score: what it is for an average input, and the part of each input. */
export function contributionLine(
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
