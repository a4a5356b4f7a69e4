/** Dropout masks: a pure function of seed, step and place, whatever machine computes them. */

import { LimbicError } from '../errors.js'
import type { DropoutMask } from '../graph/graph.js'
import { resolveDimension } from '../graph/shape.js'
import { randomWord, streamKey } from '../random.js'
import type { Value } from '../runtime/session.js'

/** Fills the masks that one step needs, reusing memory from step to step. */
export class MaskFiller {
  readonly #masks: readonly DropoutMask[]
  readonly #seed: number
  readonly #memory = new Map<string, Float32Array>()

  constructor(masks: readonly DropoutMask[], seed: number) {
    this.#masks = masks
    this.#seed = seed
  }

  /** @param sizes what the names of dimensions stand for in this batch */
  fill(step: number, sizes: ReadonlyMap<string, number>): Map<string, Value> {
    const filled = new Map<string, Value>()
    for (const { name, tensor, probability } of this.#masks) {
      const shape = tensor.shape.map((size) => {
        const resolved = resolveDimension(size, sizes)
        if (resolved === undefined) {
          throw new LimbicError('dropout over a size that only the run tells', {
            where: `mask ${name}`,
            got: String(size),
          })
        }
        return resolved
      })
      const count = shape.reduce((product, size) => product * size, 1)
      const data = this.#reserve(name, count)
      fillMask(data, probability, this.#seed, step, name)
      filled.set(name, { dataType: 'float32', shape, data })
    }
    return filled
  }

  #reserve(name: string, count: number): Float32Array {
    let memory = this.#memory.get(name)
    if (!memory || memory.length < count) {
      memory = new Float32Array(count)
      this.#memory.set(name, memory)
    }
    return memory.subarray(0, count)
  }
}

/** Each element is 0 with the given probability (to 1 in 65,536) and 1 / (1 - probability) otherwise. */
function fillMask(
  mask: Float32Array,
  probability: number,
  seed: number,
  step: number,
  name: string,
): void {
  const key = streamKey(seed, 'dropout', name, step)
  const threshold = Math.round(probability * 0x1_0000)
  const kept = 1 / (1 - probability)
  // One 32-bit word decides two elements.
  const pairs = mask.length >> 1
  for (let pair = 0; pair < pairs; pair++) {
    const word = randomWord(key, pair)
    mask[2 * pair] = (word & 0xffff) < threshold ? 0 : kept
    mask[2 * pair + 1] = word >>> 16 < threshold ? 0 : kept
  }
  if (mask.length % 2 === 1) {
    mask[mask.length - 1] = (randomWord(key, pairs) & 0xffff) < threshold ? 0 : kept
  }
}
