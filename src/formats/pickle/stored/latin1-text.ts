/** Text that Python 2 pickles store as Latin-1 bytes. */
import { LimbicError } from '../../../base/errors.js'
import type { ByteSource, FileBytes } from '../../npy/index.js'

const blockBytes = 1 << 16
/** The only lead bytes in UTF-8 of Latin-1 characters beyond ASCII. */
const [firstLead, lastLead] = [0xc2, 0xc3]

/**
 * Bytes that protocol 2 writes as text: each byte became the Latin-1 character of that number,
 * and the text is stored as UTF-8. One pass over it notes how many bytes come before each
 * block, so that any part can then be read without the rest.
 */
export class Latin1Text implements ByteSource {
  readonly length: number
  readonly #file: FileBytes
  readonly #start: number
  readonly #encodedLength: number
  /** Number of decoded bytes before each block. */
  readonly #before: number[] = []
  #heldBlock = -1
  #held: Uint8Array = new Uint8Array(0)

  /** @throws LimbicError at the first byte that no such text can hold. */
  constructor(file: FileBytes, start: number, encodedLength: number) {
    this.#file = file
    this.#start = start
    this.#encodedLength = encodedLength
    let length = 0
    for (let block = 0; block * blockBytes < encodedLength; block++) {
      this.#before.push(length)
      length += this.#decode(block).length
    }
    this.length = length
  }

  read(position: number, target: Uint8Array): void {
    let block = this.#blockOf(position)
    for (let done = 0; done < target.length; block++) {
      if (this.#heldBlock !== block) {
        this.#held = this.#decode(block)
        this.#heldBlock = block
      }
      const first = position + done - (this.#before[block] ?? 0)
      const part = this.#held.subarray(first, first + target.length - done)
      target.set(part, done)
      done += part.length
    }
  }

  /** The last block that begins at or before a decoded position. */
  #blockOf(position: number): number {
    let low = 0
    let high = this.#before.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#before[middle] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The bytes of the characters that begin within a block. */
  #decode(block: number): Uint8Array {
    const from = block * blockBytes
    const end = Math.min(from + blockBytes, this.#encodedLength)
    // One byte more on each side shows the characters that lie across the borders.
    const readFrom = Math.max(0, from - 1)
    const encoded = Buffer.allocUnsafe(Math.min(end + 1, this.#encodedLength) - readFrom)
    this.#file.read(this.#start + readFrom, encoded)
    const decoded = new Uint8Array(end - from)
    let count = 0
    let at = from - readFrom
    if (at === 1 && isLead(encoded[0] ?? 0)) at = 2
    for (; at < end - readFrom; at++) {
      const byte = encoded[at] ?? 0
      if (byte < 0x80) {
        decoded[count++] = byte
        continue
      }
      const next = encoded[at + 1] ?? 0
      if (!isLead(byte) || (next & 0xc0) !== 0x80) {
        throw new LimbicError("an array's bytes are not the Latin-1 text that protocol 2 writes", {
          where: `${this.#file.path}, byte ${this.#start + readFrom + at}`,
          hint: 'The file is damaged; copy or download it again',
        })
      }
      decoded[count++] = ((byte & 3) << 6) | (next & 0x3f)
      at++
    }
    return decoded.subarray(0, count)
  }
}

function isLead(byte: number): boolean {
  return byte === firstLead || byte === lastLead
}
