/** The progress of an unfinished run, and its best weights. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell.js'
import { RunFolder } from '../folder.js'

/** The progress of an unfinished run. */
export interface SoFar {
  /** Finished epochs. */
  readonly epochs: number
  /** The epoch of the weights. */
  readonly bestEpoch: number
  /** Its validation loss. */
  readonly loss: number
}

/**
 * The folder with the best weights of a run: its own or, while a refit has none yet, that of the
 * run that it repeats.
 *
 * @throws LimbicError if there are none yet
 */
export function weightsFolder(run: RunFolder): RunFolder {
  const found = findWeights(run)
  if (found) return found
  throw new LimbicError('the run has no weights yet', {
    where: run.path,
    expected: 'at least one finished epoch (of the last stage, if the model has several)',
    hint: `Continue training with: limbic train --resume ${shellWord(run.path)}`,
  })
}

/** Whether any epoch saved weights that can predict. */
export function hasWeights(run: RunFolder): boolean {
  return findWeights(run) !== undefined
}

function findWeights(run: RunFolder): RunFolder | undefined {
  const places = [run, new RunFolder(run.file('selection'))]
  return places.find((place) => existsSync(place.file('weights.safetensors')))
}

/** The progress of a run with weights; undefined if it is complete. */
export function soFar(run: RunFolder): SoFar | undefined {
  if (run.complete) return undefined
  const records = weightsFolder(run).readEpochs()
  const best = records.findLast((record) => record.best)
  const { epoch = 0, validLoss = Number.POSITIVE_INFINITY } = best ?? {}
  return { epochs: records.length, bestEpoch: epoch, loss: validLoss }
}

/** `unfinished: the best weights so far, of epoch 5 of 7`. */
export function describeSoFar({ epochs, bestEpoch }: Pick<SoFar, 'epochs' | 'bestEpoch'>): string {
  return `unfinished: the best weights so far, of epoch ${bestEpoch} of ${epochs}`
}
