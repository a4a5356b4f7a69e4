/** All that going on with a run needs, in one file that is there as a whole or not at all. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { parseJson, validate } from '../base/schema.js'
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../formats/safetensors/index.js'
import type { TrainingState } from '../learn/state.js'

const progress = z.strictObject({
  /** Epochs finished. */
  epoch: z.int().min(0),
  step: z.int().min(0),
  plateau: z.strictObject({
    rate: z.number(),
    best: z.number().nullable(),
    bad: z.int(),
    cooling: z.int(),
  }),
  /** What the best epoch came to in what is monitored. */
  best: z.number().nullable(),
  bestEpoch: z.int(),
  seconds: z.number(),
})

/** How far a run has come, besides its parameters and moments. */
export type Progress = z.infer<typeof progress>

/** Writes parameters, moments and how far the run has come, as one file. */
export function writeCheckpoint(path: string, state: TrainingState, done: Progress): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { shape, data }] of state.numbers()) {
    tensors.set(name, { dtype: 'float32', shape, data })
  }
  writeSafetensors(path, tensors, { progress: JSON.stringify(done) })
}

/**
 * Loads parameters, moments and step into `state`.
 *
 * @returns how far the run had come; undefined if there is no checkpoint yet
 * @throws LimbicError if the checkpoint is of another model
 */
export function readCheckpoint(path: string, state: TrainingState): Progress | undefined {
  if (!existsSync(path)) return undefined
  const { tensors, metadata } = readSafetensors(path)
  for (const [name, { shape, data }] of state.numbers()) {
    const stored = tensors.get(name)
    if (!(stored?.data instanceof Float32Array) || stored.shape.join() !== shape.join()) {
      throw new LimbicError('this checkpoint is of another model', {
        where: `${path}, tensor "${name}"`,
        expected: `[${shape.join(', ')}]`,
        got: stored ? `[${stored.shape.join(', ')}]` : 'no such tensor',
      })
    }
    data.set(stored.data)
  }
  const hint = 'Remove it to train from the start'
  const done = validate(
    progress,
    parseJson(metadata.progress ?? 'null', `${path}, progress`, hint),
    path,
  )
  state.step = done.step
  return done
}
