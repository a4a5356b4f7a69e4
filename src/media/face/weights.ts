/** Reads the weights of networks that come with Limbic. */
import { LimbicError } from '../../base/errors.js'
import { decodeSafetensors } from '../../formats/safetensors/decode.js'

/**
 * The float32 tensors of a safetensors file, by their names.
 *
 * @throws LimbicError if it is not such a file, or has a tensor of another type
 */
export function weightsFrom(bytes: Uint8Array, where: string): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>()
  for (const [name, { dtype, data }] of decodeSafetensors(bytes, where).tensors) {
    if (!(data instanceof Float32Array)) {
      const details = { where: `${where}, tensor "${name}"`, expected: 'float32', got: dtype }
      throw new LimbicError('the weights have another type', details)
    }
    weights.set(name, data)
  }
  return weights
}
