/** Facts about the explained model: parameters and operations. */

import { countFlops, countParameters } from '../../graph/inspect.js'
import { inputsFor } from '../../learn/step/features.js'
import { predictionGraph } from '../../learn/step/graphs.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import type { Task } from '../../task/task.js'

/** The size and cost of a model. */
export interface ModelFacts {
  readonly name: string
  readonly title: string
  /** The document that specifies it. */
  readonly source: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly parameters: number
  /** Floating-point operations of one prediction of one sample; a multiplication and an addition are two. */
  readonly flops: number
  /** By the name of the operator, the largest first. */
  readonly flopsByOperator: ReadonlyMap<string, number>
  /** The steps that the operations were counted for. */
  readonly steps: Readonly<Record<string, number>>
}

/**
 * Counts a model's trainable parameters, and the operations of predicting one sample.
 *
 * @param steps of each modality that the model reads; aligned models take the first of them
 */
export function modelFacts(
  model: ConfiguredModel,
  widths: Widths,
  task: Task,
  steps: Readonly<Record<string, number>>,
): ModelFacts {
  const { graph, outputs } = predictionGraph(model, widths, task)
  const sizes = new Map([['batch', 1]])
  for (const { name, time } of inputsFor(model, widths)) {
    const count = steps[name]
    if (time !== undefined && count !== undefined && !sizes.has(time)) sizes.set(time, count)
  }
  const { total, byOperator } = countFlops([...outputs.values()], sizes)
  const { name, title, source } = model.model
  return {
    ...{ name, title, source },
    settings: model.settings,
    parameters: countParameters(graph),
    flops: total,
    flopsByOperator: byOperator,
    steps,
  }
}
