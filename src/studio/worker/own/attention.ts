/** What a model attends to in what it was just given. */
import { collateBatch } from '../../../data/batch.js'
import { sampleAttention } from '../../../explain/maps/attention.js'
import { samplePositions } from '../../../explain/maps/positions.js'
import type { ClipFeatures } from '../../../media/extract/index.js'
import { type CheckedSample, splitOf } from '../../../use/samples.js'
import type { TrainedModel } from '../../../use/trained-model.js'
import { type Heard, heardAt, shares } from './heard.js'

/** The attention to the steps of one input. */
export interface Attended {
  readonly input: string
  /** Seconds from the start of the source. */
  readonly times: readonly number[]
  /** Of each step, where the most is 1. */
  readonly weights: readonly number[]
}

/** The attention to the positions of the latest picture of a face, row by row, where the most is 1. */
export interface Looked {
  readonly rows: number
  readonly columns: number
  readonly weights: readonly number[]
}

export interface Attention {
  readonly steps: readonly Attended[]
  readonly face?: Looked
  readonly sound?: Heard
}

/**
 * The attention of a model's last layer, averaged over heads and queries, to sound and pictures.
 *
 * @returns undefined if the model returns no such map
 */
export async function attentionTo(
  model: TrainedModel,
  sample: CheckedSample,
  features: ClipFeatures['features'],
): Promise<Attention | undefined> {
  const wanted = model.maps.flatMap((map) =>
    map.kind === 'attention' || map.kind === 'positions' ? [map.name] : [],
  )
  if (wanted.length === 0) return undefined
  const names = model.inputs.map(({ name }) => name)
  const split = splitOf([sample], model.inputs)
  const batch = await collateBatch(split, Int32Array.of(0), names)
  const { maps } = await model.run(batch, wanted)
  const attention = sampleAttention(batch, maps, 0, { aligned: false })
  const steps = ['audio', 'vision'].flatMap((input): Attended[] => {
    const last = attention.findLast(({ asked, first }) => asked.join() === input && !first)
    const times = features[input]?.times
    if (!last || !times || sample.missing.includes(input)) return []
    const weights = meanOver(last.weights)
    // A token before the steps is no step.
    const own = weights.slice(weights.length - times.length)
    if (own.length !== times.length) return []
    return [{ input, times: [...times], weights: shares(own) }]
  })
  const positions = samplePositions(batch, maps, 0)
  const seen = positions.find(({ sequence }) => sequence === 'vision')
  const layer = seen?.layers.findLast((one) => one.attention)
  const latest = layer?.attention?.at(-1)
  const face = layer &&
    latest && {
      ...{ rows: layer.rows, columns: layer.columns, weights: shares([...latest]) },
    }
  const chunks = positions.find(({ sequence }) => sequence === 'audio')
  const sound = chunks && heardAt(chunks, features.audio?.times, model.trainedOn.recipe)
  return {
    steps,
    ...(face && !sample.missing.includes('vision') && { face }),
    ...(sound && !sample.missing.includes('audio') && { sound }),
  }
}

/** The mean weight of each key over the queries. */
function meanOver(weights: readonly (readonly number[])[]): number[] {
  return (weights[0] ?? []).map(
    (_, key) => weights.reduce((sum, row) => sum + (row[key] ?? 0), 0) / weights.length,
  )
}
