/**
 * Stores the checkpoints of a training in the browser, so that it resumes after the tab was closed.
 */
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { parseJson, validate } from '../../../base/schema.js'
import { decodeSafetensors } from '../../../formats/safetensors/decode.js'
import { encodeSafetensors } from '../../../formats/safetensors/encode.js'
import type { StoredTensor } from '../../../formats/safetensors/tensors.js'
import { type Checkpoint, type CheckpointKeeper, progressSchema } from '../../../learn/ports.js'
import { epochRecord } from '../../../learn/records.js'

/** A checkpoint, and the best weights so far. */
interface Kept extends Checkpoint {
  readonly best: ReadonlyMap<string, Float32Array>
}

/** Names of trainings in the browser's storage begin so. */
const keptPrefix = 'teach-'

const epochsSchema = z.array(epochRecord)

/** Among the tensors of a file, those of the best weights. */
const bestPrefix = 'best/'

/** The bytes of a checkpoint. */
export function encodeKept({ progress, epochs, numbers, best }: Kept): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { shape, data }] of numbers) {
    tensors.set(name, { dtype: 'float32', shape, data })
  }
  for (const [name, data] of best) {
    tensors.set(`${bestPrefix}${name}`, { dtype: 'float32', shape: [data.length], data })
  }
  const told = { progress: JSON.stringify(progress), epochs: JSON.stringify(epochs) }
  return encodeSafetensors(tensors, told)
}

/** @throws LimbicError if the bytes are no checkpoint */
export function decodeKept(bytes: Uint8Array, where: string): Kept {
  const { tensors, metadata } = decodeSafetensors(bytes, where)
  const read = <Value>(name: string, schema: z.ZodType<Value>) =>
    validate(schema, parseJson(metadata[name] ?? 'null', `${where}, ${name}`), where)
  const numbers = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  const best = new Map<string, Float32Array>()
  for (const [name, { shape, data }] of tensors) {
    if (!(data instanceof Float32Array)) continue
    if (name.startsWith(bestPrefix)) best.set(name.slice(bestPrefix.length), data)
    else numbers.set(name, { shape, data })
  }
  const progress = read('progress', progressSchema)
  return { progress, epochs: read('epochs', epochsSchema), numbers, best }
}

/**
 * Stores a training in a file of the origin private file system (OPFS).
 *
 * @param name the file name, different for each training
 */
export async function storageKeeper(name: string): Promise<CheckpointKeeper> {
  const folder = await navigator.storage.getDirectory()
  const file = `${keptPrefix}${name}.safetensors`
  const where = `the browser's storage, ${file}`
  const read = async (): Promise<Kept | undefined> => {
    try {
      const content = await (await folder.getFileHandle(file)).getFile()
      return decodeKept(new Uint8Array(await content.arrayBuffer()), where)
    } catch {
      // Nothing is stored yet, or what is there is damaged: the training begins anew.
      return undefined
    }
  }
  let best = (await read())?.best
  return {
    where,
    load: read,
    async save({ progress, epochs, numbers }, better) {
      if (better) best = better.weights
      const bytes = encodeKept({ progress, epochs, numbers, best: best ?? new Map() })
      const stream = await (await folder.getFileHandle(file, { create: true })).createWritable()
      // The old content stays until the new one is complete.
      await stream.write(new Uint8Array(bytes))
      await stream.close()
    },
    async best() {
      if (best) return new Map(best)
      throw new LimbicError('holds no weights', { where })
    },
  }
}

/** Deletes the trainings whose names begin so; all unless given. */
export async function forgetTrainings(begin = ''): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  for await (const name of folder.keys()) {
    if (name.startsWith(`${keptPrefix}${begin}`)) await folder.removeEntry(name)
  }
}
