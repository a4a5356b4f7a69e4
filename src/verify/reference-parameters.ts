/** Reads the parameters of a reference file in our layout, and compares ours with them. */
import { LimbicError } from '../base/errors.js'
import { elementCount, type Parameter } from '../graph/index.js'
import type { PublishedName } from '../models/define/model.js'
import { fromPublished, toPublished } from '../models/published/convert.js'
import { largest, type PlacedError, relativeError } from './compare.js'
import type { ReferenceFile } from './reference-file.js'

/** One of our parameters, and its published name. */
export interface Pair {
  readonly parameter: Parameter
  readonly published: PublishedName
}

/**
 * A parameter's values before training, in our layout.
 *
 * @param prefix the prefix of the file's tensor names, before or after `param.`
 * @throws LimbicError if the file lacks it, or it has another size
 */
export function initialValues(
  file: ReferenceFile,
  { parameter, published }: Pair,
  prefix = '',
): Float32Array {
  const own = `${prefix}param.${published.name}`
  const name = file.has(own) ? own : `param.${prefix}${published.name}`
  const values = fromPublished(file.floats(name), published)
  if (values.length === elementCount(parameter.shape)) return values
  throw new LimbicError(`parameter "${published.name}" has the wrong size`, {
    where: file.path,
    expected: `[${parameter.shape}]`,
    got: `[${file.tensor(name).shape}]`,
  })
}

/**
 * The error of each of our tensors against `<kind>.<published name>`, if the file has it, relative
 * to its largest entry.
 *
 * @param ours by the names of our parameters
 * @param floor the smallest value that errors are divided by, given the largest entry of all
 * tensors
 */
export function parameterErrors(
  file: ReferenceFile,
  pairs: readonly Pair[],
  kind: string,
  ours: (name: string) => Float32Array,
  floor: (largestOfAll: number) => number,
): PlacedError[] {
  const compared = pairs.filter(({ published }) => file.has(`${kind}.${published.name}`))
  const expected = compared.map(({ published }) => file.floats(`${kind}.${published.name}`))
  const least = floor(Math.max(0, ...expected.map(largest)))
  return compared.map(({ parameter, published }, index) => ({
    where: published.name,
    error: relativeError(
      toPublished(ours(parameter.name), published),
      expected[index] ?? new Float32Array(),
      least,
    ),
  }))
}

/**
 * Gradients that are pure rounding error cannot be compared relative to themselves: some attention
 * projections of the reference files have entries of 1e-9 where others have 1, and float32 and
 * float64 disagree on their second digit. Errors are therefore divided by at least 1e-5 of the
 * largest entry of all gradients.
 */
export const gradientFloor = (largestOfAll: number): number => 1e-5 * largestOfAll
