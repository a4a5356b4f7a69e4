/**
 * The names of the inputs and outputs of training and prediction graphs, as types: made here and
 * never parsed.
 */

/** The input of a parameter, by the parameter's name. */
export type ParameterEnd = `parameter/${string}`
/** The input of a pack of parameters, of a moment or of the sum of gradients, by the pack's name. */
export type PackEnd = `${'pack' | 'first' | 'second' | 'sum'}/${string}`
/** What a step reads and updates. */
export type StateEnd = ParameterEnd | PackEnd
/** The output with the next value of what a step reads. */
export type NextEnd = `next/${StateEnd}`
/** The output with the gradient of a parameter. */
export type GradientEnd = `gradient/${string}`
/** The output with an objective, by its name. */
export type ObjectiveEnd = `objective/${string}`
/** The input with Adam's step size for parameters with this learning-rate factor. */
export type StepSizeEnd = `step-size/${number}`

/** Makes the names. */
export const ends = {
  loss: 'loss',
  prediction: 'prediction',
  /** The input with the indices of a batch's samples in the training set. */
  sample: 'sample',
  /** The input with Adam's epsilon, scaled for the step. */
  epsilon: 'epsilon',
  /** The input that keeps the sum of gradients, 1, or begins anew, 0. */
  keep: 'keep',
  /** The input with the weight of a batch's gradients in the sum. */
  weight: 'weight',
  /** The input with 1 / the sum of these weights. */
  share: 'share',
  parameter: (name: string): ParameterEnd => `parameter/${name}`,
  pack: (name: string): PackEnd => `pack/${name}`,
  /** The first moments of a pack, or, in a checkpoint, of a parameter. */
  first: (name: string): PackEnd => `first/${name}`,
  second: (name: string): PackEnd => `second/${name}`,
  /** The gradients of a pack, added up over batches. */
  sum: (name: string): PackEnd => `sum/${name}`,
  next: (end: StateEnd): NextEnd => `next/${end}`,
  gradient: (name: string): GradientEnd => `gradient/${name}`,
  objective: (name: string): ObjectiveEnd => `objective/${name}`,
  stepSize: (factor: number): StepSizeEnd => `step-size/${factor}`,
} as const
