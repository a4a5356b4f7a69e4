/** Formats of reference files. */
import type { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import type { Tensor } from '../../graph/index.js'
import type { ModelOutputs } from '../define/model.js'

/** The metadata of a reference file; each value is checked when it is read. */
export interface ReferenceMetadata {
  /** @throws LimbicError naming file and key if the value is missing or does not fit the schema */
  text<Output>(key: string, schema: z.ZodType<Output>): Output
  /** A value that is written as JSON. @throws LimbicError as `text`, or if it is not JSON */
  json<Output>(key: string, schema: z.ZodType<Output>): Output
}

/** A reference file's metadata in terms of our model. */
export interface ReferenceMeaning {
  /** The settings of our model; every dropout is 0. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The number of outputs. */
  readonly outputs: number
  /**
   * Inputs that the file stores packed, sample after sample, [sum of lengths, ...step]: the lengths
   * of the samples, or the name of the file's input that holds them.
   */
  readonly packed?: Readonly<Record<string, readonly number[] | string>>
  /** The loss of the prediction, if the file's `loss` is a sum of several. */
  readonly loss?: string
  /** Factors on the learning rate, by prefix of our parameter paths. */
  readonly rates?: Readonly<Record<string, number>>
  /** The parts of the loss, if their weights are in the metadata; see `ReferenceFormat`. */
  readonly losses?: LossParts
}

/** How the reference files of one published model are read. */
export interface ReferenceFormat {
  /** The name of the model in the file's metadata. */
  readonly published: string
  /** The name of our model. */
  readonly model: string
  read(metadata: ReferenceMetadata): ReferenceMeaning
  /**
   * The file's name of each of our inputs, including lengths (`lengths`, `text_lengths`); without
   * lengths, all steps are valid.
   */
  readonly inputs: Readonly<Record<string, string>>
  /** Our values of the file's further results, `output.<name>`, in its layout. */
  results?(outputs: ModelOutputs): Readonly<Record<string, Tensor>>
  /** The parts of the loss, `loss.<name>`, before their weights. */
  readonly losses?: LossParts
  /** The buffers of a model that remembers its samples; the batch is the training set. */
  readonly memory?: readonly RememberedTensor[]
}

/** A buffer with a row for each training sample, and the tensors of a file with its values. */
export interface RememberedTensor {
  /** Our buffer. */
  readonly buffer: string
  /** Its rows before training. */
  readonly start: string
  /** Its rows after each step, [steps, samples]. */
  readonly after: string
}

export type LossParts = Readonly<Record<string, 'prediction' | WeightedObjective>>

/** One of a model's objectives, and the weight that is already in it. */
export interface WeightedObjective {
  readonly objective: string
  readonly weight: number
}

/** @param file for messages */
export function referenceMetadata(
  values: Readonly<Record<string, string>>,
  file: string,
): ReferenceMetadata {
  const placeOf = (key: string) => `${file}, metadata, ${key}`
  return {
    text: (key, schema) => validate(schema, values[key], placeOf(key)),
    json: (key, schema) => validate(schema, parse(values[key], placeOf(key)), placeOf(key)),
  }
}

function parse(text: string | undefined, where: string): unknown {
  if (text === undefined) throw new LimbicError('is missing', { where })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LimbicError('is not JSON', { where, got: text }, { cause: error })
  }
}
