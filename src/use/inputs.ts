/** What a model reads, by name, and batches as its graph takes them. */
import { z } from 'zod'
import { type Modality, modalities } from '../base/modalities.js'
import type { Batch } from '../data/batch.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { Value } from '../runtime/session.js'

/** Everything that data may give of a sample: sequences, and the prosody of the whole. */
export const inputNames = [...modalities, 'prosody'] as const
export type InputName = (typeof inputNames)[number]

/** One thing that a model reads: a sequence of steps, or one vector of the whole sample. */
export const modelInput = z.strictObject({
  name: z.enum(inputNames),
  /** Features of a step, or of the vector. */
  width: z.int().positive(),
  /** Of a sequence: its axis of time, which it may share, and the input with the true lengths. */
  steps: z.strictObject({ axis: z.string(), lengths: z.string() }).exactOptional(),
})
export type ModelInput = Readonly<z.infer<typeof modelInput>>

/** The inputs of a model that is trained on data of these widths, in the usual order. */
export function inputsOf(model: ConfiguredModel, widths: Widths): ModelInput[] {
  const { aligned } = model.model
  const read: readonly InputName[] = [
    ...model.requires,
    ...(model.prosody ? ['prosody' as const] : []),
  ]
  return inputNames.flatMap((name) => {
    const width = widths[name]
    if (!read.includes(name) || width === undefined) return []
    if (name === 'prosody') return { name, width }
    const [axis, lengths] = aligned ? ['time', 'lengths'] : [`${name}_time`, `${name}_lengths`]
    return { name, width, steps: { axis, lengths } }
  })
}

/** Whether step t of every sequence is the same moment. */
export function isAligned(inputs: readonly ModelInput[]): boolean {
  return new Set(inputs.flatMap(({ steps }) => steps?.axis ?? [])).size < 2
}

/** The sequences among some inputs. */
export function sequencesOf(inputs: readonly ModelInput[]): Modality[] {
  return modalities.filter((modality) => inputs.some(({ name }) => name === modality))
}

/** The number of features of each input. */
export function widthsIn(inputs: readonly ModelInput[]): Widths {
  return Object.fromEntries(inputs.map(({ name, width }) => [name, width]))
}

/** A batch under the names of a graph's inputs; what the batch lacks is left out. */
export function feedsOf(batch: Batch, inputs: readonly ModelInput[]): Map<string, Value> {
  const feeds = new Map<string, Value>()
  for (const { name, steps } of inputs) {
    if (name === 'prosody') {
      if (!batch.prosody) continue
      const { values, width } = batch.prosody
      feeds.set(name, { dataType: 'float32', shape: [batch.size, width], data: values })
      continue
    }
    const sequences = batch.sequences[name]
    if (!sequences || !steps) continue
    feeds.set(name, { dataType: 'float32', shape: sequences.shape, data: sequences.values })
    feeds.set(steps.lengths, {
      dataType: 'int64',
      shape: [batch.size],
      data: BigInt64Array.from(sequences.lengths, (length) => BigInt(length)),
    })
  }
  return feeds
}
