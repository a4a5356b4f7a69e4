/**
 * Lowers the learning rate when the monitored loss stops falling, as PyTorch's ReduceLROnPlateau
 * does.
 */
export interface PlateauSettings {
  /** The rate is multiplied by this at each reduction. */
  readonly factor: number
  /** How many epochs without improvement are tolerated before the rate is reduced. */
  readonly patience: number
  /** Epochs after a reduction that are not counted. */
  readonly cooldown: number
  /** The learning-rate floor, as a share of the first rate. */
  readonly floor: number
}

/**
 * An improvement must exceed this share of the best loss (PyTorch's default). This also works for
 * negative losses, such as correlations, where PyTorch counts a small rise as an improvement.
 */
const threshold = 1e-4

/** The state of the schedule: plain data, for checkpoints. */
export interface PlateauState {
  readonly rate: number
  readonly best: number | null
  readonly bad: number
  readonly cooling: number
}

/** The state before the first epoch. */
export function startPlateau(rate: number): PlateauState {
  return { rate, best: null, bad: 0, cooling: 0 }
}

/** The state after an epoch with this loss. `firstRate` is the initial rate. */
export function afterEpoch(
  state: PlateauState,
  loss: number,
  firstRate: number,
  { factor, patience, cooldown, floor }: PlateauSettings,
): PlateauState {
  const better = state.best === null || loss < state.best * (1 - threshold * Math.sign(state.best))
  const best = better ? loss : state.best
  let bad = better ? 0 : state.bad + 1
  let { rate, cooling } = state
  if (cooling > 0) {
    cooling--
    bad = 0
  }
  if (bad > patience) {
    const lower = Math.max(rate * factor, firstRate * floor)
    // A negligible change is ignored, as in PyTorch.
    if (rate - lower > 1e-8) rate = lower
    cooling = cooldown
    bad = 0
  }
  return { rate, best, bad, cooling }
}
