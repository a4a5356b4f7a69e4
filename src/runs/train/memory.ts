/** Checks whether a model can be trained in this machine's memory at all. */
import { LimbicError } from '../../base/errors.js'
import { limit } from '../../disk/limits.js'
import { elementCount } from '../../graph/index.js'

/** A parameter and its two moments, twice over, in float32. */
const bytesEach = 2 * 3 * 4

/**
 * Refuses a model whose parameters and moments alone exceed the memory, before
 * anything is written.
 *
 * @param memory in bytes; this machine's, or what its container may use, unless given
 * @throws LimbicError with both sizes
 */
export function checkMemory(
  parameters: readonly { readonly shape: readonly number[] }[],
  model: string,
  memory = limit('model'),
): void {
  const count = parameters.reduce((total, { shape }) => total + elementCount(shape), 0)
  const needed = count * bytesEach
  if (needed <= memory) return
  throw new LimbicError('the model is too large for the memory of this machine', {
    where: `model ${model}`,
    expected: `at most ${gigabytes(memory)} for parameters and their moments`,
    got: `${count.toLocaleString('en')} parameters, which need ${gigabytes(needed)}`,
    hint: 'Choose smaller hidden sizes',
  })
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toLocaleString('en', { maximumSignificantDigits: 3 })} GB`
}
