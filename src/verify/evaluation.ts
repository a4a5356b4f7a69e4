/** Compares what a model computes in evaluation mode, before training. */
import { writeModel } from '../graph/index.js'
import { ends } from '../learn/step/ends.js'
import { applyModel } from '../learn/step/graphs.js'
import type { Widths } from '../models/define/inputs.js'
import type { ConfiguredModel } from '../models/define/model.js'
import type { ReferenceFormat } from '../models/published/reference-format.js'
import { nodeEngine } from '../runtime/node.js'
import type { Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { type Comparison, compareResults } from './compare.js'
import type { ReferenceFile } from './reference-file.js'

export interface EvaluatedModel {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  /** The parameters before training, by our names. */
  readonly initial: ReadonlyMap<string, Float32Array>
  readonly feeds: ReadonlyMap<string, Value>
}

/** The prediction and further results, `output.evaluation` and `output.evaluation.<name>`. */
export async function compareEvaluation(
  file: ReferenceFile,
  { results }: ReferenceFormat,
  { model, widths, task, initial, feeds }: EvaluatedModel,
): Promise<Comparison[]> {
  if (!file.has('output.evaluation')) return []
  const { inputs, outputs } = applyModel(model, widths, task, false)
  const further = Object.entries(results?.(outputs) ?? {}).filter(([name]) =>
    file.has(`output.evaluation.${name}`),
  )
  const ours = new Map([[ends.prediction, outputs.prediction], ...further])
  const session = await nodeEngine.open(writeModel({ inputs, outputs: ours, weights: initial }))
  try {
    const given = new Map([...feeds].filter(([name]) => inputs.has(name)))
    const computed = await session.run(given)
    return compareResults(
      'evaluation',
      [...ours.keys()].map((name) => {
        const place = `output.evaluation${name === ends.prediction ? '' : `.${name}`}`
        return { where: place, actual: computed.get(name), expected: file.tensor(place) }
      }),
    )
  } finally {
    await session.close()
  }
}
