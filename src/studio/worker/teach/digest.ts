/** Tells sets of takes, and weights, apart. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Take } from './take.js'

/** A digest of texts and numbers, in order. */
export function digestOf(parts: Iterable<string | ArrayBufferView>): string {
  const hash = sha256.create()
  for (const part of parts) {
    if (typeof part === 'string') hash.update(new TextEncoder().encode(`${part}\n`))
    else hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  }
  return bytesToHex(hash.digest()).slice(0, 16)
}

/** All that makes takes what they are. */
export function* partsOf(takes: readonly Take[]): Generator<string | ArrayBufferView> {
  for (const { label, rows, features = [] } of takes) {
    yield JSON.stringify([label, rows])
    for (const [name, { values, steps }] of features) {
      yield `${name} ${steps}`
      yield values
    }
  }
}
