/**
 * Stores the checkpoint of a training in the browser, so that it resumes after the tab was closed.
 */
import { LimbicError } from '../../../base/errors.js'
import type { Checkpoint, CheckpointKeeper } from '../../../learn/ports.js'

/** The checkpoint as JSON. */
interface Kept {
  readonly progress: Checkpoint['progress']
  readonly epochs: Checkpoint['epochs']
  readonly numbers: readonly (readonly [string, readonly number[], readonly number[]])[]
  readonly best?: readonly (readonly [string, readonly number[]])[]
}

/**
 * Stores a training in a file of the origin private file system (OPFS).
 *
 * @param name the file name, different for each training
 */
export async function storageKeeper(name: string): Promise<CheckpointKeeper> {
  const folder = await navigator.storage.getDirectory()
  const where = `the browser's storage, ${name}`
  const read = async (): Promise<Kept | undefined> => {
    try {
      const file = await (await folder.getFileHandle(name)).getFile()
      return JSON.parse(await file.text()) as Kept
    } catch {
      // Nothing is stored yet, or the tab was closed before the first checkpoint.
      return undefined
    }
  }
  let best = (await read())?.best
  return {
    where,
    async load() {
      const kept = await read()
      if (!kept) return undefined
      const numbers = kept.numbers.map(
        ([key, shape, data]) => [key, { shape, data: Float32Array.from(data) }] as const,
      )
      return { progress: kept.progress, epochs: kept.epochs, numbers: new Map(numbers) }
    },
    async save({ progress, epochs, numbers }, better) {
      if (better) best = [...better.weights].map(([key, data]) => [key, [...data]])
      const kept: Kept = {
        ...{ progress, epochs },
        numbers: [...numbers].map(([key, { shape, data }]) => [key, shape, [...data]]),
        ...(best && { best }),
      }
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable()
      // The old content stays until the new one is complete.
      await file.write(JSON.stringify(kept))
      await file.close()
    },
    async best() {
      if (best) return new Map(best.map(([key, data]) => [key, Float32Array.from(data)]))
      throw new LimbicError('holds no weights', { where })
    },
  }
}
