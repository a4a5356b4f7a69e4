/** Parameters in a file. */
import { LimbicError } from '../../base/errors.js'
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../formats/safetensors/index.js'

/** @param shapes of the parameters, by name */
export function writeWeights(
  path: string,
  weights: ReadonlyMap<string, Float32Array>,
  shapes: ReadonlyMap<string, readonly number[]>,
  model: string,
): void {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, data] of weights) {
    tensors.set(name, { dtype: 'float32', shape: shapes.get(name) ?? [data.length], data })
  }
  writeSafetensors(path, tensors, { model })
}

/** @throws LimbicError unless the file has every parameter of these names, in its shape */
export function readWeights(
  path: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, Float32Array> {
  const { tensors } = readSafetensors(path)
  const weights = new Map<string, Float32Array>()
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name)
    if (!tensor || !(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
      throw new LimbicError('these weights belong to another model', {
        where: `${path}, tensor "${name}"`,
        expected: `float32 [${shape.join(', ')}]`,
        got: tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'no such tensor',
      })
    }
    weights.set(name, tensor.data)
  }
  return weights
}

/** Every float32 tensor of a file, by name. */
export function readAllWeights(path: string): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>()
  for (const [name, { data }] of readSafetensors(path).tensors) {
    if (data instanceof Float32Array) weights.set(name, data)
  }
  return weights
}
