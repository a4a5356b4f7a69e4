/** Everything needed to resume a training, in one file that is written atomically. */
import { existsSync } from 'node:fs'
import { parseJson, validate } from '../../base/schema.js'
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../formats/safetensors/index.js'
import { type Progress, progressSchema } from '../../learn/ports.js'
import type { StateNumbers } from '../../learn/step/state.js'

/** Writes parameters, moments and progress as one file. */
export function writeCheckpoint(path: string, numbers: StateNumbers, progress: Progress): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { shape, data }] of numbers) {
    tensors.set(name, { dtype: 'float32', shape, data })
  }
  writeSafetensors(path, tensors, { progress: JSON.stringify(progress) })
}

/** @returns undefined if there is no checkpoint yet */
export function readCheckpoint(
  path: string,
): { numbers: StateNumbers; progress: Progress } | undefined {
  if (!existsSync(path)) return undefined
  const { tensors, metadata } = readSafetensors(path)
  const numbers = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const [name, { shape, data }] of tensors) {
    if (data instanceof Float32Array) numbers.set(name, { shape, data })
  }
  const hint = 'Delete it to train from the start'
  const told = parseJson(metadata.progress ?? 'null', `${path}, progress`, hint)
  return { numbers, progress: validate(progressSchema, told, path) }
}
