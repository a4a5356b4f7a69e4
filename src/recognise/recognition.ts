/** The recognition of a clip: emotions over time, fused and by voice and face alone. */

/** The senses that are read. */
export const senses = ['voice', 'face'] as const
export type Sense = (typeof senses)[number]

/** Probabilities of emotions in a part of a clip, by one sense. */
export interface Estimate {
  /** Seconds from the start of the clip. */
  readonly start: number
  readonly end: number
  /** One for each emotion of the reading; they sum to 1. */
  readonly probabilities: readonly number[]
}

/** The reading of a clip by one sense. */
export interface Reading {
  /** Limbic's names (`base/emotions`), in the order of the probabilities. */
  readonly emotions: readonly string[]
  /** In the order of time, without parts in which there is nothing to hear or see. */
  readonly estimates: readonly Estimate[]
}

/** A moment of a clip: one step of its timeline. */
export interface Moment {
  /** Seconds from the start of the clip. */
  readonly start: number
  readonly end: number
  /** Fused from both senses, one for each emotion; absent where there is nothing to hear or see. */
  readonly probabilities?: readonly number[]
  /** By one sense alone, over the same emotions. */
  readonly voice?: readonly number[]
  readonly face?: readonly number[]
}

/** The recognition of a clip. */
export interface Recognition {
  /** The name of the clip. */
  readonly name: string
  /** Seconds. */
  readonly duration: number
  /** The emotions that all senses of this clip distinguish, by Limbic's names. */
  readonly emotions: readonly string[]
  /** The likeliest emotion; undefined if there is nothing to hear or see. */
  readonly emotion: string | undefined
  /** For the whole clip, one for each emotion: the mean over its moments. */
  readonly probabilities: readonly number[]
  /** The same by one sense alone; a sense without estimates is absent. */
  readonly alone: Readonly<Partial<Record<Sense, readonly number[]>>>
  readonly timeline: readonly Moment[]
  /** What is wrong with the clip or missing in it, one line each. */
  readonly remarks: readonly string[]
}
