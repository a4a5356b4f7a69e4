/** The settings that MFN and Graph-MFN share, apart from those of their LSTMs. */
import type { z } from 'zod'
import { count, probability } from '../../define/settings.js'

/** The parts that are perceptrons of one hidden layer. */
interface Sizes {
  readonly proposal: number
  readonly retain: number
  readonly update: number
  readonly head: number
}

/**
 * @param published the published width of the memory, and of each part's hidden layer and its dropout
 */
export function memorySettings(published: {
  readonly memory: number
  readonly widths: Sizes
  readonly dropouts: Sizes
}) {
  const { memory, widths, dropouts } = published
  return {
    memory: count.default(memory).describe('width of the memory'),
    proposalWidth: count
      .default(widths.proposal)
      .describe('hidden width of the network that proposes memories'),
    retainWidth: count.default(widths.retain).describe('hidden width of the retain gate'),
    updateWidth: count.default(widths.update).describe('hidden width of the update gate'),
    headWidth: count.default(widths.head).describe('hidden width of the output network'),
    proposalDropout: probability
      .default(dropouts.proposal)
      .describe('dropout within the network that proposes memories'),
    retainDropout: probability.default(dropouts.retain).describe('dropout within the retain gate'),
    updateDropout: probability.default(dropouts.update).describe('dropout within the update gate'),
    headDropout: probability.default(dropouts.head).describe('dropout within the output network'),
  }
}

export type MemorySettings = z.infer<z.ZodObject<ReturnType<typeof memorySettings>>>
