/** Takes, what learns from them, and what came of it. */
import type { LiveAnswer } from '../../../recognise/live.js'
import type { CheckedFeature } from '../../../use/sample-steps.js'

/** The output of the starter models for half a second, as the fusion layer reads it. */
export interface TaughtRow {
  readonly voice: readonly number[]
  readonly face: readonly number[]
}

/** The seconds of a take. */
export const takeSeconds = 3

/** A take: something shown on purpose, for a few seconds. */
export interface Take {
  /** The index of what is shown among the labels. */
  readonly label: number
  /** One row per half second; empty where a model of one's own was live. */
  readonly rows: readonly TaughtRow[]
  /** What a model read of it, by input; absent where there was nothing to read. */
  readonly features?: ReadonlyMap<string, CheckedFeature>
}

/** What learns: the fusion of the starter models, or the last layers of a model, counted from its end. */
export type Learner =
  | { readonly kind: 'fusion' }
  | { readonly kind: 'layers'; readonly last: number | 'all' }

/** An answer to a take. */
export interface Told {
  readonly said: string
  /** Whether it is what was shown. */
  readonly isRight: boolean
  /** The score of what was shown, where the scores are those of classes. */
  readonly share?: number
}

/** The answers to a take that was kept aside, before and after learning. */
export interface TakeAnswer {
  readonly label: number
  readonly before: Told
  readonly after: Told
}

/** Parameters by name. */
export type TaughtWeights = ReadonlyMap<string, Float32Array>

/** What came of learning. */
export interface Taught {
  readonly learner: Learner
  /** What was learned: the parameters that were trained. */
  readonly weights: TaughtWeights
  /** Tells apart the weights that it began with. */
  readonly base: string
  readonly answers: readonly TakeAnswer[]
  /** The takes learned from, and for how many epochs. */
  readonly takes: number
  readonly epochs: number
  /** How often takes were left out to choose the number of epochs; 0 where there were too few. */
  readonly folds: number
}

/** The minimum probability, as in the fusion. */
const floor = 1e-3

/**
 * The input of the layer for an answer; undefined if neither voice nor face was detected. A missing
 * sense is replaced by the other one, which then counts alone, as in the fusion.
 */
export function rowOf({ voice, face }: LiveAnswer['alone']): TaughtRow | undefined {
  const [heard, seen] = [voice ?? face, face ?? voice]
  if (!heard || !seen) return undefined
  const logs = (shares: readonly number[]) =>
    shares.map((share) => Math.log(Math.max(share, floor)))
  return { voice: logs(heard), face: logs(seen) }
}
