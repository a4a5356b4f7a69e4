/** The memory of MFN and Graph-MFN, and the prediction from it. */
import { concat, type Tensor, tanh } from '../../../graph/index.js'
import { perceptron } from '../../../nn/layers/perceptron.js'
import { lastStep } from '../../../nn/layers/steps.js'
import type { Scope } from '../../../nn/scope.js'
import { gatedMemory } from './gated-memory.js'
import type { MemorySettings } from './memory-settings.js'
import type { Views } from './system-of-lstms.js'

/** What the parts around the memory read and give. */
export interface MemoryHeadSizes {
  /** Width of the vectors that propose memories and set the gates. */
  readonly inputs: number
  /** Sum of the hidden sizes of the LSTMs. */
  readonly hidden: number
  readonly outputs: number
  /** Whether the gates also read the memory. */
  readonly seesMemory: boolean
}

/**
 * One vector per step proposes a new memory and sets the gates between the proposal and the memory
 * so far (`gatedMemory`); the last outputs of the LSTMs and the last memory predict. Parameters:
 * `proposal`, `memory` and `head`.
 *
 * @returns a function of the vectors, [batch, time, inputs], and the LSTMs' results to the
 * prediction, [batch, outputs], and the memory after each step, [batch, time, memory]
 */
export function memoryHead(
  scope: Scope,
  { inputs, hidden, outputs, seesMemory }: MemoryHeadSizes,
  settings: MemorySettings,
): (vectors: Tensor, read: Views) => { readonly prediction: Tensor; readonly memory: Tensor } {
  const { memory } = settings
  const propose = perceptron(scope.child('proposal'), {
    ...{ inputs, units: settings.proposalWidth, outputs: memory },
    dropout: settings.proposalDropout,
  })
  const remember = gatedMemory(scope.child('memory'), {
    ...{ inputs, memory, seesMemory },
    retain: { units: settings.retainWidth, dropout: settings.retainDropout },
    update: { units: settings.updateWidth, dropout: settings.updateDropout },
  })
  const predict = perceptron(scope.child('head'), {
    ...{ inputs: hidden + memory, units: settings.headWidth, outputs },
    dropout: settings.headDropout,
  })
  return (vectors, { views, lengths }) => {
    const memories = remember(vectors, tanh(propose(vectors)))
    const lasts = views.map(({ last }) => last)
    return {
      prediction: predict(concat([...lasts, lastStep(memories, lengths)], 1)),
      memory: memories,
    }
  }
}
