/** Decodes safetensors bytes into tensors. */

import { headerLength, lengthBytes, parseHeader, type TensorPlace } from './header.js'
import { checkBooleans, fileTypes, type SafetensorsContent, type StoredTensor } from './tensors.js'

/**
 * Reads a whole safetensors file that is already in memory, in Node or in a page.
 *
 * @param where its name in messages: a path or an address
 * @throws LimbicError if it is not a valid safetensors file
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): SafetensorsContent {
  const length = headerLength(bytes, bytes.length, where)
  const header = bytes.subarray(lengthBytes, lengthBytes + length)
  const { metadata, tensors } = parseHeader(header, bytes.length, where)
  return {
    metadata,
    tensors: new Map(
      tensors.map((place) => [
        place.name,
        // Copied, because a typed array must start at a multiple of its item size (and `slice` of a
        // Buffer does not copy).
        decodeTensor(place, new Uint8Array(bytes.subarray(place.start, place.end)), where),
      ]),
    ),
  }
}

/** Turns the bytes of one tensor, alone in their buffer, into its numbers. */
export function decodeTensor(place: TensorPlace, bytes: Uint8Array, file: string): StoredTensor {
  const { shape, fileType } = place
  const { dtype } = fileTypes[fileType]
  const buffer = bytes.buffer
  switch (fileType) {
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) }
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer) }
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer) }
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) }
    case 'F16':
      return { dtype, shape, data: Float32Array.from(new Uint16Array(buffer), fromHalf) }
    case 'BF16':
      return { dtype, shape, data: fromBrainFloats(new Uint16Array(buffer)) }
    case 'BOOL':
      checkBooleans(bytes, `${file}, tensor "${place.name}"`)
      return { dtype, shape, data: bytes }
    case 'U8':
      return { dtype, shape, data: bytes }
  }
}

/** The value of the 16 bits of an IEEE 754 half. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** A bfloat16 is the upper half of a float32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)
}
