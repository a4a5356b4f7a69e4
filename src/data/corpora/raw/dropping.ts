/** Records the clips that each rule drops. */
import type { DroppedClips } from './clip.js'

/** The rules and the clips that each has dropped, in the order of their first drop. */
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
