/** Keeps account of the clips that rules leave out. */
import type { DroppedClips } from './clip.js'

/** Rules with the clips that they dropped so far, in the order in which they first dropped one. */
export class Dropping {
  readonly #ids = new Map<string, string[]>()

  drop(rule: string, id: string): void {
    const ids = this.#ids.get(rule)
    if (ids) ids.push(id)
    else this.#ids.set(rule, [id])
  }

  get dropped(): DroppedClips[] {
    return [...this.#ids].map(([rule, ids]) => ({ rule, ids }))
  }
}
