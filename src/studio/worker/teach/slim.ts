/** Keeps of a training only what it changes: most of a model may be frozen. */
import type { CheckpointKeeper, Shapes, Weights } from '../../../learn/ports.js'
import { ends } from '../../../learn/step/ends.js'

/** What does not change. */
export interface Frozen {
  readonly weights: Weights
  /** The shapes of all parameters. */
  readonly shapes: Shapes
}

/** A keeper that leaves out frozen parameters, and puts them back where they are read. */
export function withoutFrozen(
  keeper: CheckpointKeeper,
  { weights: frozen, shapes }: Frozen,
): CheckpointKeeper {
  const names = new Set<string>([...frozen.keys()].map(ends.parameter))
  return {
    where: keeper.where,
    async load() {
      const kept = await keeper.load()
      if (!kept) return undefined
      const numbers = new Map(kept.numbers)
      for (const [name, data] of frozen) {
        numbers.set(ends.parameter(name), { shape: shapes.get(name) ?? [data.length], data })
      }
      return { ...kept, numbers }
    },
    save(checkpoint, best) {
      const numbers = new Map([...checkpoint.numbers].filter(([name]) => !names.has(name)))
      const changed = (all: Weights) => new Map([...all].filter(([name]) => !frozen.has(name)))
      return keeper.save(
        { ...checkpoint, numbers },
        best && { weights: changed(best.weights), shapes: best.shapes },
      )
    },
    best: async (all) => new Map([...frozen, ...(await keeper.best(all))]),
  }
}
