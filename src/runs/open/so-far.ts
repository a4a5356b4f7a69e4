/** How far an unfinished run has come, and where its best weights are. */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell.js'
import { RunFolder } from '../folder.js'

/** How far an unfinished run has come. */
export interface SoFar {
  /** Epochs finished. */
  readonly epochs: number
  /** The one that the weights are of. */
  readonly bestEpoch: number
  /** Its validation loss. */
  readonly loss: number
}

/**
 * Where the best weights of a run lie: in its folder, or, while a refit has none of its own yet, in
 * that of the run that it repeats.
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

/** Whether any epoch left weights that predict. */
export function hasWeights(run: RunFolder): boolean {
  return findWeights(run) !== undefined
}

function findWeights(run: RunFolder): RunFolder | undefined {
  const places = [run, new RunFolder(run.file('selection'))]
  return places.find((place) => existsSync(place.file('weights.safetensors')))
}

/** How far a run has come that has weights; undefined of one that is complete. */
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
