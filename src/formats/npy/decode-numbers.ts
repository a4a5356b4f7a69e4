/** Decodes array elements into JavaScript numbers. */
import { endianness } from 'node:os'
import type { ElementType } from './element-type.js'

const hostIsLittleEndian = endianness() === 'LE'

/** Whether elements of this type are stored exactly as a Float32Array holds them. */
export function isNativeFloat32(type: ElementType): boolean {
  return type.kind === 'float32' && type.littleEndian === hostIsLittleEndian
}

/**
 * Turns the raw elements in `raw` (which it may reorder in place, and which begins at a multiple
 * of 8 bytes of its buffer) into numbers at `target[offset...]`.
 */
export function decodeNumbers(
  type: ElementType,
  raw: Buffer,
  target: Float32Array | Float64Array,
  offset: number,
): void {
  if (type.littleEndian !== hostIsLittleEndian) {
    if (type.bytes === 2) raw.swap16()
    else if (type.bytes === 4) raw.swap32()
    else if (type.bytes === 8) raw.swap64()
  }
  const elements = viewElements(type, raw)
  if (type.kind === 'bool') {
    for (let i = 0; i < elements.length; i++) target[offset + i] = elements[i] ? 1 : 0
  } else if (type.kind === 'float16') {
    for (let i = 0; i < elements.length; i++) {
      target[offset + i] = halfToNumber(Number(elements[i]))
    }
  } else if (type.kind === 'bfloat16') {
    const halves = new Uint32Array(1)
    const whole = new Float32Array(halves.buffer)
    for (let i = 0; i < elements.length; i++) {
      halves[0] = Number(elements[i]) * 2 ** 16
      target[offset + i] = whole[0] ?? 0
    }
  } else if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    for (let i = 0; i < elements.length; i++) target[offset + i] = Number(elements[i])
  } else {
    target.set(elements, offset)
  }
}

function viewElements(type: ElementType, { buffer, byteOffset, length }: Buffer) {
  const count = length / type.bytes
  switch (type.kind) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, count)
    case 'int16':
      return new Int16Array(buffer, byteOffset, count)
    case 'int32':
      return new Int32Array(buffer, byteOffset, count)
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, count)
    case 'bool':
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count)
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count)
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count)
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, count)
    case 'float32':
      return new Float32Array(buffer, byteOffset, count)
    case 'float64':
      return new Float64Array(buffer, byteOffset, count)
    default:
      throw new TypeError(`elements of kind ${type.kind} are no numbers`)
  }
}

/** Decodes 16 bits of IEEE 754 half precision. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}
