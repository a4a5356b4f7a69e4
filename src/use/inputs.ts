/** The inputs of a trained model, by name, and batches as its graph takes them. */
import { z } from 'zod'
import { inOrderOfModalities } from '../base/modalities.js'
import type { Batch } from '../data/batch.js'
import { featureTypes } from '../data/feature.js'
import { predictedFrom } from '../learn/step/features.js'
import { inputFeeds } from '../learn/step/feeds.js'
import { lengthsName } from '../models/define/inputs.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { Value } from '../runtime/session.js'

/** One input of a model: a sequence of steps, or one step for the whole sample. */
export const modelInput = z.strictObject({
  name: z.string().min(1),
  /** Elements per step. */
  width: z.int().positive(),
  /** The shape of a step; default: [width]. */
  shape: z.array(z.int().positive()).readonly().exactOptional(),
  /** Default: `float32`. */
  dataType: z.enum(featureTypes).exactOptional(),
  /** For a sequence: its time axis, which other inputs may share, and the input with the true lengths. */
  steps: z.strictObject({ axis: z.string(), lengths: z.string() }).exactOptional(),
})
export type ModelInput = Readonly<z.infer<typeof modelInput>>

/** The inputs of a model trained on data of these widths, modalities first. */
export function inputsOf(model: ConfiguredModel, widths: Widths): ModelInput[] {
  const read = predictedFrom(model, widths)
  return inOrderOfModalities(read.map(({ name }) => name)).flatMap((wanted) =>
    read
      .filter(({ name }) => name === wanted)
      .map(({ name, width, shape, dataType, time }) => ({
        ...{ name, width },
        ...(shape.length !== 1 && { shape }),
        ...(dataType !== 'float32' && { dataType }),
        ...(time !== undefined && { steps: { axis: time, lengths: lengthsName(time) } }),
      })),
  )
}

/** The number of features of each input. */
export function widthsIn(inputs: readonly ModelInput[]): Widths {
  return Object.fromEntries(inputs.map(({ name, width }) => [name, width]))
}

/** A batch by the names of a graph's inputs, without those that the batch lacks. */
export function feedsOf(batch: Batch, inputs: readonly ModelInput[]): Map<string, Value> {
  return inputFeeds(
    batch,
    inputs.map(({ name, steps }) => ({ name, ...(steps && { time: steps.axis }) })),
  )
}
