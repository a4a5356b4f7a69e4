/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
 * MLSys 2020, algorithm 2): a trial goes on to the next rung as soon as it is among the best 1/eta of
 * those that have finished its own, whether or not the others have. No worker waits for a rung to
 * fill.
 */

/** A trial and the rung that it is to train to, counted from 0. */
export interface Promotion {
  readonly trial: number
  readonly rung: number
}

/**
 * Which trials go on. Workers take promotions before new trials, so the order is that of the
 * algorithm, in which a free worker asks for a promotion first.
 */
export class Asha {
  /** The losses of the trials that have finished each rung. */
  readonly #losses: readonly Map<number, number>[]
  /** Trials that left each rung for the next. */
  readonly #gone: readonly Set<number>[]

  /** @param eta of eta trials, one goes on */
  constructor(
    rungs: number,
    private readonly eta: number,
  ) {
    this.#losses = Array.from({ length: rungs }, () => new Map())
    this.#gone = Array.from({ length: rungs }, () => new Set())
  }

  /** Notes the validation loss of a trial at the end of a rung; one that diverged has no finite one. */
  finished(trial: number, rung: number, loss: number): void {
    this.#losses[rung]?.set(trial, loss)
  }

  /** Notes that a trial has gone on from a rung before. */
  wentOn(trial: number, rung: number): void {
    this.#gone[rung]?.add(trial)
  }

  /** The promotions that are due now, from the highest rung; each is given once. */
  promotions(): Promotion[] {
    const due: Promotion[] = []
    for (let rung = this.#losses.length - 2; rung >= 0; rung--) {
      const ranked = this.#ranked(rung)
      const count = Math.floor((this.#losses[rung]?.size ?? 0) / this.eta)
      for (const trial of ranked.slice(0, count)) {
        if (this.#promote(trial, rung)) due.push({ trial, rung: rung + 1 })
      }
    }
    return due
  }

  /**
   * The promotion that is left once nothing is under way: if no trial has finished the last rung,
   * the best of the highest rung that any has finished goes on.
   */
  last(): Promotion | undefined {
    const top = this.#losses.length - 1
    for (let rung = top; rung >= 0; rung--) {
      const best = this.#ranked(rung).find((trial) => rung === top || !this.#gone[rung]?.has(trial))
      if (best === undefined) continue
      if (rung === top || !this.#promote(best, rung)) return undefined
      return { trial: best, rung: rung + 1 }
    }
    return undefined
  }

  /** The trials that have finished a rung, best first; ties go to who came first. */
  #ranked(rung: number): number[] {
    return [...(this.#losses[rung] ?? [])]
      .filter(([, loss]) => Number.isFinite(loss))
      .sort(([, one], [, other]) => one - other)
      .map(([trial]) => trial)
  }

  #promote(trial: number, rung: number): boolean {
    const gone = this.#gone[rung]
    if (!gone || gone.has(trial)) return false
    gone.add(trial)
    return true
  }
}
