/** Encodes tensors as safetensors bytes. */

import { LimbicError } from '../../base/errors.js'
import { lengthBytes } from './header.js'
import { checkBooleans, itemCount, type StoredTensor, storedTypes } from './tensors.js'

/**
 * The bytes of a safetensors file. The same tensors and metadata give the same bytes, whatever
 * their order: tensors go by type, widest first, then by name, as in the reference
 * implementation, so that every tensor starts at a multiple of its item's size.
 *
 * @param where the file's name in messages
 * @throws LimbicError if a tensor's numbers do not fit its type or shape
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  where = 'safetensors',
): Uint8Array {
  const parts = encodeParts(tensors, metadata, where)
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** `encodeSafetensors` in pieces, of which the tensors' are views of their numbers, not copies. */
export function encodeParts(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
  where: string,
): Uint8Array[] {
  const ordered = [...tensors].sort(
    ([name, tensor], [otherName, other]) =>
      storedTypes[tensor.dtype].rank - storedTypes[other.dtype].rank ||
      (name < otherName ? -1 : Number(name > otherName)),
  )
  const entries: [string, object][] = []
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, tensor] of ordered) {
    checkTensor(name, tensor, where)
    const { dtype, shape, data } = tensor
    const end = offset + data.byteLength
    entries.push([name, { dtype: storedTypes[dtype].fileType, shape, data_offsets: [offset, end] }])
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    offset = end
  }
  return [encodeHeader(entries, metadata), ...parts]
}

function encodeHeader(
  entries: readonly [string, object][],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const keys = Object.keys(metadata).sort()
  const sorted = Object.fromEntries(keys.map((key) => [key, metadata[key]]))
  const all = keys.length > 0 ? [['__metadata__', sorted] as const, ...entries] : entries
  // Written by hand because a JavaScript object would order integer-like keys first.
  const json = `{${all.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
  const text = new TextEncoder().encode(json)
  const padded = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(lengthBytes + padded).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(text, lengthBytes)
  return bytes
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor, file: string): void {
  const where = `${file}, tensor "${name}"`
  if (name === '__metadata__') {
    throw new LimbicError('a tensor cannot have this name', { where, hint: 'Choose another' })
  }
  const { array } = storedTypes[dtype]
  if (!(data instanceof array)) {
    throw new LimbicError('its numbers do not fit its type', {
      where,
      expected: `${array.name} for ${dtype}`,
      got: Object.prototype.toString.call(data).slice('[object '.length, -1),
    })
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new LimbicError('a size is not a whole number', { where, got: `[${shape.join(', ')}]` })
  }
  if (data.length !== itemCount(shape)) {
    throw new LimbicError('its numbers do not fit its shape', {
      where,
      expected: `${itemCount(shape)} for [${shape.join(', ')}]`,
      got: `${data.length}`,
    })
  }
  if (dtype === 'bool' && data instanceof Uint8Array) checkBooleans(data, where)
}
