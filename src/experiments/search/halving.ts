/**
 * Successive halving (Jamieson and Talwalkar, 2016): all trials train for a few epochs, the best of them
 * for eta times as many, and so on. A trial that goes on does so from its last epoch.
 */

/** The epochs of each round, from the first to all: each eta times those before. */
export function roundsOf(epochs: number, first: number, eta: number): number[] {
  const rounds: number[] = []
  for (let length = first; length < epochs; length *= eta) rounds.push(Math.floor(length))
  return [...rounds, epochs]
}

/** Something that was tried, and its loss. */
export interface Scored<Trial> {
  readonly trial: Trial
  readonly loss: number
}

/** The best 1/eta of what was tried, at least one, best first; ties go to who came first. */
export function survivorsOf<Trial>(tried: readonly Scored<Trial>[], eta: number): Scored<Trial>[] {
  const finite = tried.filter(({ loss }) => Number.isFinite(loss))
  const ranked = [...finite].sort((one, other) => one.loss - other.loss)
  return ranked.slice(0, Math.max(1, Math.floor(tried.length / eta)))
}
