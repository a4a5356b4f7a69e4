import type { Batch } from '../data/batch.js'
import type { Shape } from '../graph/shape/shape.js'
import { ends, predictionGraph } from '../learn/graphs.js'
import { batchFeeds } from '../learn/step.js'
import { openSession } from '../runtime/node.js'
import type { SessionOptions, Value } from '../runtime/session.js'
import { type ExportOptions, exportModel } from '../use/export.js'

/** What a model makes of a batch, with the maps that explain it. */
export interface Explained {
  /** [batch, outputs] */
  readonly prediction: Value
  /** By name, such as `mask.vision` [batch, time, width] or `attention.text` [batch, time, time]. */
  readonly maps: ReadonlyMap<string, Value>
  /** The maps' axes: a name where an axis follows a sequence's steps, a number where it does not. */
  readonly axes?: ReadonlyMap<string, Shape>
}

/** Runs a model; whether features must be raw or standardised is up to whoever made it. */
export type Predict = (batch: Batch) => Promise<Explained>

/**
 * Opens a trained model for explanation: the very graph that `exportModel` writes, so it takes raw
 * features, with all maps unless fewer are asked for.
 *
 * @throws LimbicError as `exportModel` does
 */
export async function openPredict(
  options: Omit<ExportOptions, 'metadata'>,
  session?: SessionOptions,
): Promise<{ readonly predict: Predict; close(): Promise<void> }> {
  const metadata = { trainingData: '', synthetic: false }
  const bytes = exportModel({ maps: 'all', ...options, metadata })
  const opened = await openSession(bytes, session)
  const { model, widths, task, maps = 'all' } = options
  const ended = predictionGraph(model, widths, task, maps).outputs
  const axes = new Map([...ended].map(([name, { shape }]) => [name, shape]))
  return {
    async predict(batch) {
      const results = await opened.run(batchFeeds(batch, model, task))
      const prediction = results.get(ends.prediction) as Value
      results.delete(ends.prediction)
      return { prediction, maps: results, axes }
    },
    close: () => opened.close(),
  }
}
