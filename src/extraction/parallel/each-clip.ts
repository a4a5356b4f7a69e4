/** Processes the clips of a corpus and keeps the outcome of each. */
import { LimbicError } from '../../base/errors.js'
import type { ClipOutcome } from '../job.js'
import { inParallel } from './in-parallel.js'

export interface ClipProgress {
  /** Stop at the first clip that fails. */
  readonly strict?: boolean
  /** Stops between clips. */
  readonly signal?: AbortSignal
  /** Called after each clip. */
  ended?(outcome: ClipOutcome, done: number, all: number): void
}

/**
 * Calls `work` for each item (one per clip), at most `count` at once. A clip that fails does not
 * stop the others, except with `strict`.
 *
 * @returns the outcomes by the clip's id, without those that a signal prevented
 * @throws LimbicError with `strict`, if a clip fails
 */
export async function eachClip<Item>(
  items: readonly Item[],
  count: number,
  { strict, signal, ended }: ClipProgress,
  work: (item: Item) => Promise<ClipOutcome | undefined>,
): Promise<ReadonlyMap<string, ClipOutcome>> {
  const outcomes = new Map<string, ClipOutcome>()
  let failure: (ClipOutcome & { readonly state: 'failed' }) | undefined
  await inParallel(items, count, async (item) => {
    if (signal?.aborted || failure) return
    const outcome = await work(item)
    if (!outcome) return
    outcomes.set(outcome.id, outcome)
    ended?.(outcome, outcomes.size, items.length)
    if (strict && outcome.state === 'failed') failure ??= outcome
  })
  if (!failure) return outcomes
  throw new LimbicError(failure.reason, {
    where: failure.id,
    hint: 'Without --strict such clips are left out',
  })
}
