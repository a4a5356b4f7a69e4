/** The port between training and storage. The engine that runs graphs is `runtime/engine.ts`. */
import { z } from 'zod'
import type { PlateauState } from './optimiser/plateau.js'
import type { EpochRecord } from './records.js'
import type { StateNumbers } from './step/state.js'

/** The progress of a training, besides its parameters and moments. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number
  /** Steps taken. */
  readonly step: number
  readonly plateau: PlateauState
  /** The best value of the monitored metric. */
  readonly best: number | null
  readonly bestEpoch: number
  readonly seconds: number
}

/** Reads progress that was stored. */
export const progressSchema: z.ZodType<Progress> = z.strictObject({
  epoch: z.int().min(0),
  step: z.int().min(0),
  plateau: z.strictObject({
    rate: z.number(),
    best: z.number().nullable(),
    bad: z.int(),
    cooling: z.int(),
  }),
  best: z.number().nullable(),
  bestEpoch: z.int(),
  seconds: z.number(),
})

/** Everything needed to resume a training. */
export interface Checkpoint {
  readonly progress: Progress
  /** Every parameter and its moments, by their names in `TrainingState.numbers`. */
  readonly numbers: StateNumbers
  /** The record of each finished epoch. */
  readonly epochs: readonly EpochRecord[]
}

/** Parameters by name. */
export type Weights = ReadonlyMap<string, Float32Array>

/** The shapes of parameters by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>

/**
 * Stores the checkpoints of one training. `load` returns the last epoch that was saved completely,
 * if any.
 */
export interface CheckpointKeeper {
  /** Where it keeps them, for messages. */
  readonly where: string
  /** @returns undefined where nothing is kept yet */
  load(): Promise<Checkpoint | undefined>
  /**
   * Saves an epoch. The numbers are only borrowed: the next step overwrites them.
   *
   * @param best the parameters, if the epoch is the best so far
   */
  save(
    checkpoint: Checkpoint,
    best: { weights: Weights; shapes: Shapes } | undefined,
  ): Promise<void>
  /**
   * The parameters of the best epoch.
   *
   * @throws LimbicError if there is none, or it has other shapes
   */
  best(shapes: Shapes): Promise<Map<string, Float32Array>>
}
