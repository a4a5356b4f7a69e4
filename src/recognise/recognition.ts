/** What is recognised in a clip: emotions over time, and what voice and face each say. */

/** What is listened to and looked at. */
export const senses = ['voice', 'face'] as const
export type Sense = (typeof senses)[number]

/** Probabilities of emotions in a part of a clip, from one sense. */
export interface Estimate {
  /** Seconds from the start of the clip. */
  readonly start: number
  readonly end: number
  /** One of each emotion of its reading; they sum to 1. */
  readonly probabilities: readonly number[]
}

/** What one sense says of a clip. */
export interface Reading {
  /** Limbic's names (`base/emotions`), in the order of the probabilities. */
  readonly emotions: readonly string[]
  /** In the order of time; parts in which there is nothing to hear or see are left out. */
  readonly estimates: readonly Estimate[]
}

/** A moment of a clip: one step of its timeline. */
export interface Moment {
  /** Seconds from the start of the clip. */
  readonly start: number
  readonly end: number
  /** Of both senses together, one of each emotion; absent where there is nothing to hear or see. */
  readonly probabilities?: readonly number[]
  /** Of one sense alone, over the same emotions. */
  readonly voice?: readonly number[]
  readonly face?: readonly number[]
}

/** What is recognised in a clip. */
export interface Recognition {
  /** The name of the clip. */
  readonly name: string
  /** Seconds. */
  readonly duration: number
  /** The emotions that all senses of this clip tell apart, by Limbic's names. */
  readonly emotions: readonly string[]
  /** The likeliest emotion; undefined if nothing is to be heard or seen. */
  readonly emotion: string | undefined
  /** Of the whole clip, one of each emotion: the mean over its moments. */
  readonly probabilities: readonly number[]
  /** The same of one sense alone; a sense that has nothing to say is absent. */
  readonly alone: Readonly<Partial<Record<Sense, readonly number[]>>>
  readonly timeline: readonly Moment[]
  /** What was wrong with the clip or is missing in it, one line each. */
  readonly remarks: readonly string[]
}
