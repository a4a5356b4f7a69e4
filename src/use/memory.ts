/** Checks beforehand whether a model's run fits into memory. */
import { LimbicError } from '../base/errors.js'
import { sizeOf } from '../base/text/size.js'
import { largestAmount } from '../graph/memory.js'
import type { Dimension } from '../graph/shape/shape.js'
import type { Value } from '../runtime/session.js'
import type { ModelInput } from './inputs.js'

/** The memory available for one run of a model. */
export interface Room {
  readonly bytes: number
  /** How to get more, in a sentence. */
  more?(needed: number): string
}

/** What WebAssembly can address, unless more is known. */
export const pageRoom: Room = { bytes: 2 ** 32 }

/**
 * Files from older versions do not state their memory needs; longer sequences than this are
 * refused.
 */
const mostSteps = 20_000

/** The sizes of a batch by the graph's names for them, from the shapes of its feeds. */
export function sizesOf(
  feeds: ReadonlyMap<string, Pick<Value, 'shape'>>,
  inputs: readonly ModelInput[],
): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { name, steps } of inputs) {
    const shape = feeds.get(name)?.shape
    if (!shape) continue
    sizes.set('batch', shape[0] ?? 1)
    if (steps) sizes.set(steps.axis, shape[1] ?? 1)
  }
  return sizes
}

/**
 * How many of a batch's samples fit at once.
 *
 * @returns 0 if not even one does
 */
export function samplesThatFit(
  amounts: readonly Dimension[],
  sizes: ReadonlyMap<string, number>,
  { bytes }: Room,
): number {
  let count = sizes.get('batch') ?? 1
  while (count > 0 && largestAmount(amounts, new Map(sizes).set('batch', count)) > bytes) {
    count = Math.floor(count / 2)
  }
  return count
}

/**
 * @param amounts the memory that a run takes; undefined if unknown
 * @param sizes of a batch of one sample
 * @throws LimbicError if one sample is too long for the memory available
 */
export function checkFits(
  amounts: readonly Dimension[] | undefined,
  sizes: ReadonlyMap<string, number>,
  room: Room,
  where: string,
): void {
  const steps = Math.max(0, ...[...sizes].map(([name, size]) => (name === 'batch' ? 0 : size)))
  const count = `${steps.toLocaleString('en')} steps`
  if (!amounts) {
    if (steps <= mostSteps) return
    throw new LimbicError('the sample is too long', {
      where,
      expected: `at most ${mostSteps.toLocaleString('en')} steps for a model that does not state its memory needs`,
      got: count,
      hint: 'Export the model again, or pass a part of the sample',
    })
  }
  const needed = largestAmount(amounts, new Map(sizes).set('batch', 1))
  if (needed <= room.bytes) return
  const more = room.more?.(needed)
  throw new LimbicError('the sample is too long for the available memory', {
    where,
    expected: `a run of at most ${sizeOf(room.bytes)}`,
    got: `${count}, for which this model needs ${sizeOf(needed)}`,
    hint: `Give a part of the sample${more === undefined ? '' : `, or ${more}`}`,
  })
}
