/** What a format of reference files is. */
import type { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import type { Tensor } from '../../graph/index.js'
import type { ModelOutputs } from '../define/model.js'

/** What the metadata of a reference file say, each value checked as it is read. */
export interface ReferenceMetadata {
  /** @throws LimbicError that names file and key, if there is none or it does not fit */
  text<Output>(key: string, schema: z.ZodType<Output>): Output
  /** A value that is written as JSON. @throws LimbicError as above, or if it is no JSON */
  json<Output>(key: string, schema: z.ZodType<Output>): Output
}

/** What a reference file's metadata mean for our model. */
export interface ReferenceMeaning {
  /** Every dropout is off. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The number of outputs. */
  readonly outputs: number
  /**
   * Inputs that the file keeps packed, [sum of lengths, ...step], all steps of one sample after
   * those of another, and the lengths of the samples, or the file's input with them.
   */
  readonly packed?: Readonly<Record<string, readonly number[] | string>>
  /** The loss of the prediction, where the file's `loss` names a sum of several. */
  readonly loss?: string
  /** Factors on the learning rate, by prefixes of our parameters' paths. */
  readonly rates?: Readonly<Record<string, number>>
  /** The parts of the loss, where their weights stand in the metadata; see `ReferenceFormat`. */
  readonly losses?: LossParts
}

/** How the reference files of one published code say what they hold. */
export interface ReferenceFormat {
  /** What the file's metadata call the model. */
  readonly published: string
  /** The name of our model. */
  readonly model: string
  read(metadata: ReferenceMetadata): ReferenceMeaning
  /**
   * What the file calls each of our inputs, lengths (`lengths`, `text_lengths`) included; without
   * these all steps that there are count.
   */
  readonly inputs: Readonly<Record<string, string>>
  /** The further results of the file, `output.<name>`, in its layout, as our model computes them. */
  results?(outputs: ModelOutputs): Readonly<Record<string, Tensor>>
  /** The parts of the loss, `loss.<name>`, before their weights. */
  readonly losses?: LossParts
  /** What a model that remembers its samples keeps of them, the batch being the training set. */
  readonly memory?: readonly RememberedTensor[]
}

/** A buffer with a row for each training sample, and the tensors of a file that tell it. */
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
