/** The inputs of a model, by name, and how the model looks them up. */
import { LimbicError } from '../../base/errors.js'
import { type Modality, modalities } from '../../base/modalities.js'
import type { Tensor } from '../../graph/index.js'

/** Types that an input may have. */
export type InputType = 'float32' | 'int64' | 'uint8'

/** The sizes of a step, such as [3, 48, 48]; [] for a single number. One may be left to the data: `any`. */
export type StepShape = readonly (number | 'any')[]

/** One input of a model: a feature of the data, under the same name. */
export interface InputSpec {
  /** `text`, `audio` and `vision` by convention; any other name for other features. */
  readonly name: string
  readonly dataType: InputType
  /** The shape of one step; default: a vector of the data's width. */
  readonly shape?: StepShape
  /**
   * The axis of its steps, as a dimension's name: inputs of one axis have the same steps, and share
   * their lengths. Absent for an input without time: one per sample.
   */
  readonly time?: string
  /** Whether the model works without it if the data has none. */
  readonly optional: boolean
  /** Whether the model reads the numbers unchanged, without standardisation. */
  readonly raw?: boolean
  /** Whether only training reads it, and a trained model predicts without it. */
  readonly onlyInTraining?: boolean
}

/** How a model requests an input: by name, or with the differences from the default. */
export type InputRequest =
  | string
  | {
      readonly name: string
      /** Default: `float32`. */
      readonly dataType?: InputType
      readonly shape?: StepShape
      /**
       * The clock of its steps, which inputs of one name share; `false` for an input without time.
       * Default: shared by all inputs if the model is aligned, else its own.
       */
      readonly time?: string | false
      readonly optional?: boolean
      /** Whether the model reads the numbers unchanged, without standardisation; default: false. */
      readonly raw?: boolean
      /** Default: false. */
      readonly onlyInTraining?: boolean
    }

/** Names of other inputs and outputs of a graph, and of other keys of a sample. */
const reserved: readonly string[] = ['id', 'target', 'lengths', 'sample', 'prediction', 'loss']

/** Dimensions of time end in this: `time` is shared by all, `text_time` is that of text. */
const time = 'time'

/**
 * A model's inputs, with all defaults resolved.
 *
 * @param aligned whether inputs share their steps by default
 * @throws LimbicError if a name or a shape is invalid, or two inputs have the same name
 */
export function inputSpecs(
  requests: readonly InputRequest[],
  aligned: boolean,
  where: string,
): readonly InputSpec[] {
  const specs = requests.map((request): InputSpec => {
    const given = typeof request === 'string' ? { name: request } : request
    const { name, dataType = 'float32', shape, time: clock } = given
    const { optional = false, raw, onlyInTraining } = given
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name) || reserved.includes(name)) {
      throw new LimbicError('invalid input name', {
        where,
        expected: `letters and digits, starting with a letter, but not ${reserved.join(', ')}`,
        got: name,
      })
    }
    if (shape && !isStepShape(shape)) {
      throw new LimbicError(`invalid shape of the input "${name}"`, {
        where,
        expected: 'positive integers, and "any" at most once: the shape of one step',
        got: `[${shape.join(', ')}]`,
      })
    }
    const axis =
      clock === undefined ? (aligned ? time : `${name}_${time}`) : clock && `${clock}_${time}`
    return {
      ...{ name, dataType, optional },
      ...(shape && { shape }),
      ...(axis && { time: axis }),
      ...(raw && { raw }),
      ...(onlyInTraining && { onlyInTraining }),
    }
  })
  const twice = specs.find(({ name }, index) => specs.findIndex((one) => one.name === name) < index)
  if (twice) throw new LimbicError(`the model reads "${twice.name}" twice`, { where })
  return specs
}

function isStepShape(shape: StepShape): boolean {
  const sizes = shape.filter((size) => size !== 'any')
  return (
    sizes.every((size) => Number.isInteger(size) && size >= 1) && shape.length - sizes.length <= 1
  )
}

/**
 * The shape of a step of `width` numbers: a vector, unless the input states a shape; undefined if
 * the width does not fit that shape.
 */
export function stepShape(
  { shape = ['any'] }: Pick<InputSpec, 'shape'>,
  width: number,
): readonly number[] | undefined {
  const known = shape.reduce<number>((total, size) => (size === 'any' ? total : total * size), 1)
  const rest = width / known
  const fits = shape.includes('any') ? Number.isInteger(rest) && rest >= 1 : rest === 1
  return fits ? shape.map((size) => (size === 'any' ? rest : size)) : undefined
}

/** The input that tells the lengths of sequences along an axis: `lengths`, or `text_lengths`. */
export function lengthsName(axis: string): string {
  return axis.replace(/time$/, 'lengths')
}

/** The tensors that every model receives. */
export interface ModelInputs {
  /** By name: [batch, time, ...shape of a step]; without time [batch, ...shape]. */
  readonly features: Readonly<Record<string, Tensor | undefined>>
  /** int64 [batch] for each that has time: steps from there on are padding. */
  readonly lengths: Readonly<Record<string, Tensor | undefined>>
  /** Only in the training of a model that remembers its samples. */
  readonly training?: TrainingInputs
}

/**
 * Further inputs of a model that keeps values of each training sample from epoch to epoch. It
 * declares buffers of `samples` rows (`Scope.memory`) and puts their next values into
 * `Graph.updates`.
 */
export interface TrainingInputs {
  /** int64 [batch]: the index of each sample in the training set. */
  readonly sample: Tensor
  /** The targets, [batch] or [batch, columns]. */
  readonly target: Tensor
  /** The number of training samples. */
  readonly samples: number
  /** Their targets, if each is a single score. */
  readonly scores?: Float32Array
  /** The task's loss of a prediction [batch, outputs]: a scalar. */
  loss(prediction: Tensor): Tensor
}

/** The width of each input, by name. */
export type Widths = Readonly<Record<string, number>>

/** Chosen modalities in the usual order, each once. */
export function inOrder(chosen: readonly Modality[]): Modality[] {
  return modalities.filter((modality) => chosen.includes(modality))
}

/**
 * The width of an input.
 *
 * @param model for messages
 * @throws LimbicError if the data has no such feature
 */
export function widthOf(widths: Widths, name: string, model: string): number {
  const width = widths[name]
  if (width !== undefined) return width
  throw new LimbicError(`no features for ${name}`, {
    where: model,
    got: listed(widths),
    hint: 'Choose other inputs for the model, or data that has this one',
  })
}

/**
 * An input along time, [batch, time, ...shape of a step], and its lengths, int64 [batch].
 *
 * @throws LimbicError if the graph has no such input
 */
export function sequenceOf(
  { features, lengths }: ModelInputs,
  name: string,
  model: string,
): { readonly sequence: Tensor; readonly lengths: Tensor } {
  const [sequence, known] = [features[name], lengths[name]]
  if (sequence && known) return { sequence, lengths: known }
  throw new LimbicError(`no input for ${name}`, {
    where: model,
    expected: 'a sequence and its lengths',
    got: listed(lengths),
  })
}

function listed(found: Readonly<Record<string, unknown>>): string {
  return Object.keys(found).join(', ') || 'none'
}
