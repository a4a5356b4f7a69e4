/** Where learning meets storage: a keeper of checkpoints. The engine that runs graphs is `runtime/engine.ts`. */
import type { PlateauState } from './optimiser/plateau.js'
import type { EpochRecord } from './records.js'
import type { StateNumbers } from './step/state.js'

/** How far a training has come, besides its parameters and moments. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number
  /** Steps taken. */
  readonly step: number
  readonly plateau: PlateauState
  /** What the best epoch came to in what is monitored. */
  readonly best: number | null
  readonly bestEpoch: number
  readonly seconds: number
}

/** All that going on with a training needs. */
export interface Checkpoint {
  readonly progress: Progress
  /** Every parameter and its moments, by their names in `TrainingState.numbers`. */
  readonly numbers: StateNumbers
  /** What each finished epoch came to. */
  readonly epochs: readonly EpochRecord[]
}

/** Parameters by name. */
export type Weights = ReadonlyMap<string, Float32Array>

/** The shapes of parameters by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>

/** Keeps one training: whoever asks later finds the epoch that was kept last, whole, or none. */
export interface CheckpointKeeper {
  /** Where it is kept, for messages. */
  readonly where: string
  /** @returns undefined where nothing is kept yet */
  load(): Promise<Checkpoint | undefined>
  /**
   * Keeps an epoch. The numbers are only lent: the next step writes over them.
   *
   * @param best the parameters, where the epoch is the best so far
   */
  save(
    checkpoint: Checkpoint,
    best: { weights: Weights; shapes: Shapes } | undefined,
  ): Promise<void>
  /**
   * The parameters of the best epoch.
   *
   * @throws LimbicError if none is kept, or they are of other shapes
   */
  best(shapes: Shapes): Promise<Map<string, Float32Array>>
}
