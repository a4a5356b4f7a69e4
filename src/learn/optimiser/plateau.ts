/** Lowers the learning rate when the watched loss stops falling, as PyTorch's ReduceLROnPlateau does. */
export interface PlateauSettings {
  /** What the rate is multiplied by. */
  readonly factor: number
  /** How many epochs without improvement are borne before the rate falls. */
  readonly patience: number
  /** Epochs after a fall in which none are counted. */
  readonly cooldown: number
  /** The lowest rate, as a share of the first. */
  readonly floor: number
}

/**
 * An improvement counts only if it is larger than this share of the best loss (PyTorch's default),
 * also of a negative one, such as a correlation makes, where PyTorch would take a rise for a fall.
 */
const threshold = 1e-4

/** The state of the schedule: plain, so that a checkpoint can hold it. */
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

/** The state after an epoch with this loss. `firstRate` is the rate that training began with. */
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
    // A change too small to matter is none, as in PyTorch.
    if (rate - lower > 1e-8) rate = lower
    cooling = cooldown
    bad = 0
  }
  return { rate, best, bad, cooling }
}
