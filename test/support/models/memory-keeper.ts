/** Keeps a training in memory, as a page might: the other side of a port that files are behind in Node. */
import type { Checkpoint, CheckpointKeeper } from '../../../src/learn/ports.js'
import type { EpochRecord } from '../../../src/learn/records.js'

export function memoryKeeper(): CheckpointKeeper & { readonly epochs: readonly EpochRecord[] } {
  let kept: Checkpoint | undefined
  let best: ReadonlyMap<string, Float32Array> | undefined
  return {
    where: 'memory',
    get epochs() {
      return kept?.epochs ?? []
    },
    load: async () => kept,
    async save(checkpoint, better) {
      const numbers = [...checkpoint.numbers].map(
        ([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const,
      )
      kept = { ...checkpoint, numbers: new Map(numbers), epochs: [...checkpoint.epochs] }
      if (better) best = better.weights
    },
    async best() {
      if (best) return new Map(best)
      throw new Error('nothing was kept')
    },
  }
}
