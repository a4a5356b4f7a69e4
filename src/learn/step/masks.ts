/** Dropout masks: a pure function of seed, step and name, on any machine. */
import { LimbicError } from '../../base/errors.js'
import { type StreamKey, streamKey } from '../../base/random.js'
import { type DropoutMask, elementCount, resolveDimension } from '../../graph/index.js'
import type { Value } from '../../runtime/session.js'

/** Fills the masks of one step, reusing memory from step to step. */
export class MaskFiller {
  readonly #masks: readonly DropoutMask[]
  readonly #seed: number
  readonly #memory = new Map<string, ArrayBuffer>()

  constructor(masks: readonly DropoutMask[], seed: number) {
    this.#masks = masks
    this.#seed = seed
  }

  /**
   * @param sizes the values of named dimensions in this batch
   * @param part which of the batches of this step it is
   */
  fill(step: number, sizes: ReadonlyMap<string, number>, part = 0): Map<string, Value> {
    const place = part === 0 ? [step] : [step, part]
    const filled = new Map<string, Value>()
    for (const { name, tensor, probability } of this.#masks) {
      const shape = tensor.shape.map((size) => {
        const resolved = resolveDimension(size, sizes)
        if (resolved === undefined) {
          throw new LimbicError('a dropout mask needs a size that is known before the graph runs', {
            where: `mask ${name}`,
            got: String(size),
          })
        }
        return resolved
      })
      const count = elementCount(shape)
      const key = streamKey(this.#seed, 'dropout', name, ...place)
      if (tensor.dataType === 'uint8') {
        // Whole words are written; the last may extend beyond the mask.
        const words = Math.ceil(count / 4)
        const memory = this.#reserve(name, 4 * words)
        fillBits(new Int32Array(memory, 0, words), probability, key)
        filled.set(name, { dataType: 'uint8', shape, data: new Uint8Array(memory, 0, count) })
      } else {
        const data = new Float32Array(this.#reserve(name, 4 * count), 0, count)
        fillMask(data, probability, key)
        filled.set(name, { dataType: 'float32', shape, data })
      }
    }
    return filled
  }

  #reserve(name: string, bytes: number): ArrayBuffer {
    let memory = this.#memory.get(name)
    if (!memory || memory.byteLength < bytes) {
      memory = new ArrayBuffer(bytes)
      this.#memory.set(name, memory)
    }
    return memory
  }
}

/**
 * Each element is 0 with the given probability (to 1 in 65,536) and 1 / (1 - probability) otherwise.
 *
 * A step draws millions of elements, so they are written as the bits of their numbers with
 * branch-free integer arithmetic, and each 32-bit word (one avalanche of a counter under the
 * stream's key) decides two of them.
 */
function fillMask(mask: Float32Array, probability: number, key: StreamKey): void {
  const bits = new Int32Array(mask.buffer, mask.byteOffset, mask.length)
  const kept = floatBits(1 / (1 - probability))
  const lastDropped = Math.round(probability * 0x1_0000) - 1
  const high = key.high | 0
  let counter = key.low | 0
  for (let position = 0; position < bits.length; position += 2) {
    let word = counter ^ high
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
    word ^= word >>> 16
    // The shift turns a negative difference into all ones, which keep the number, and any other
    // into zeros.
    bits[position] = ((lastDropped - (word & 0xffff)) >> 31) & kept
    // Beyond the end of an odd mask this writes nothing.
    bits[position + 1] = ((lastDropped - (word >>> 16)) >> 31) & kept
    counter = (counter + counterStep) | 0
  }
}

/**
 * Each bit is 0 with the given probability (to 1 in 2^24) and 1 otherwise.
 *
 * A random binary fraction is less than the probability if its digit is 0 where the two first
 * differ. One avalanche gives a digit to each of the 32 bits of a word; after eight of them few
 * bits are undecided.
 */
function fillBits(words: Int32Array, probability: number, key: StreamKey): void {
  const digits = Math.round(probability * 0x100_0000)
  // All ones where a digit of the probability is 0.
  const zeros = Int32Array.from({ length: 24 }, (_, digit) => ((digits >>> (23 - digit)) & 1) - 1)
  const high = key.high | 0
  let counter = key.low | 0
  for (let place = 0; place < words.length; place++) {
    let kept = 0
    let open = -1
    for (let first = 0; first < 24 && open !== 0; first += 8) {
      for (let digit = first; digit < first + 8; digit++) {
        let word = counter ^ high
        word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
        word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
        word ^= word >>> 16
        const zero = zeros[digit] ?? 0
        kept |= open & word & zero
        open &= word ^ zero
        counter = (counter + counterStep) | 0
      }
    }
    // A number that equals the probability in every digit is not less than it.
    words[place] = kept | open
  }
}

/** 2^32 divided by the golden ratio, odd: the counter visits every word once. */
const counterStep = 0x9e3779b1 | 0

function floatBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return view.getInt32(0)
}
