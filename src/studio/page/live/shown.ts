/** An answer as the page shows it, of the starter models or of one of the reader's own. */
import { shapleyValues } from '../../../explain/attribution/shapley.js'
import { senses } from '../../../recognise/index.js'
import type { LiveAnswer } from '../../../recognise/live.js'
import type { OwnLiveAnswer } from '../../../recognise/own/listener.js'

export interface ShownAnswer extends Pick<LiveAnswer, 'time' | 'faces' | 'frame'> {
  /** One for each output; absent where there is nothing to go on. */
  readonly scores?: readonly number[]
  /** The answer in words, if the scores alone do not say it. */
  readonly said?: string
  /** The senses or inputs that it is based on. */
  readonly present: readonly string[]
  /** The scores by every subset of them: bit i of the index is set where `present[i]` is in it. */
  readonly subsets: readonly (readonly number[])[]
}

/** An answer of the starter models; without any sense, all emotions have an equal share. */
export function shownOf({ time, faces, frame, probabilities, alone }: LiveAnswer): ShownAnswer {
  const present = senses.filter((sense) => alone[sense])
  const equal = (probabilities ?? []).map((_, __, all) => 1 / all.length)
  const subsets = Array.from({ length: 2 ** present.length }, (_, choice) => {
    const [only, ...others] = present.filter((_, place) => choice & (1 << place))
    if (only === undefined) return equal
    return (others.length === 0 ? alone[only] : probabilities) ?? equal
  })
  return {
    ...{ time, faces, present, subsets },
    ...(frame && { frame }),
    ...(probabilities && { scores: probabilities }),
  }
}

/** An answer of a model of one's own. */
export function shownOfOwn({ time, faces, frame, answer }: OwnLiveAnswer): ShownAnswer {
  return {
    ...{ time, faces, present: answer?.present ?? [], subsets: answer?.subsets ?? [] },
    ...(frame && { frame }),
    ...(answer && { scores: answer.scores, said: answer.said }),
  }
}

/** A score, split into contributions. */
export interface Shares {
  /** What it is without any sense or input. */
  readonly base: number
  /** Each one's Shapley value: what it adds, averaged over the orders of adding them. */
  readonly adds: ReadonlyMap<string, number>
}

/**
 * Exact Shapley values of the senses or inputs that an answer is based on. With the answer without
 * any of them, they sum to the score.
 *
 * @param output its index among the scores
 */
export function sharesOf(
  { scores, present, subsets }: Pick<ShownAnswer, 'scores' | 'present' | 'subsets'>,
  output: number,
): Shares | undefined {
  if (!scores || present.length === 0) return undefined
  const values = subsets.map((subset) => subset[output] ?? 0)
  const adds = shapleyValues(values, present.length)
  return { base: values[0] ?? 0, adds: new Map(present.map((name, at) => [name, adds[at] ?? 0])) }
}
