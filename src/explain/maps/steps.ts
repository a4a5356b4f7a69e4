/** Values that a model computes for single steps of a sequence, such as gates. */
import { mean } from '../../base/numbers.js'
import type { Batch } from '../../data/batch.js'
import type { MapResult } from '../../use/trained-model.js'
import { labelSteps, sequencesOf } from '../labels.js'

/** One number for each step of a sequence. */
export interface StepValues {
  /** The map's name in the model, such as `steps.text.audio_gate`. */
  readonly name: string
  /** For people: "audio gate of text". */
  readonly title: string
  /** The sequence of the steps; of several that share their steps, the first. */
  readonly sequence: string
  /** One label per step: its word, or else its number from 1. */
  readonly steps: readonly string[]
  readonly values: readonly number[]
}

/**
 * The step values of one sample of a batch, cut to its true length: every map with one value per
 * step, [batch, time], or with several parts, [batch, time, parts] or [batch, heads, time, parts];
 * heads are averaged unless `heads` is `each`. Steps are labelled as in `sampleAttention`.
 *
 * @param row the sample's row in the batch
 */
export function sampleSteps(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
  options: {
    readonly words?: readonly string[]
    readonly aligned: boolean
    readonly heads?: 'mean' | 'each'
  },
): StepValues[] {
  return maps.flatMap((map) => {
    if (map.kind === 'parts') return partsOf(batch, map, row, options)
    if (map.kind !== 'steps' || map.value.shape.length !== 2) return []
    const { name, sequence, what, value } = map
    const time = value.shape[1] ?? 0
    const steps = labelSteps([sequence], time, batch, row, options)
    const values = steps.map((_, step) => Number(value.data[row * time + step]))
    return { name, title: `${what} of ${sequence}`, sequence, steps, values }
  })
}

/** Each part's numbers, of all heads together or of each. */
function partsOf(
  batch: Batch,
  { name, titles, value: { shape, data } }: Extract<MapResult, { readonly kind: 'parts' }>,
  row: number,
  options: Parameters<typeof sampleSteps>[3],
): StepValues[] {
  if (shape.length < 3 || shape.length > 4) return []
  const [time = 0, count = 0] = shape.slice(-2)
  const heads = shape.length > 3 ? (shape[1] ?? 1) : 1
  const [sequence = ''] = sequencesOf(batch)
  const steps = labelSteps([sequence], time, batch, row, options)
  const at = (head: number, step: number, part: number) =>
    Number(data[((row * heads + head) * time + step) * count + part])
  const all = Array.from({ length: heads }, (_, head) => head)
  const groups = options.heads === 'each' ? all.map((head) => [head]) : [all]
  return groups.flatMap((group) =>
    titles.map((title, part) => ({
      ...{ name, sequence, steps },
      title: groups.length > 1 ? `${title}, head ${(group[0] ?? 0) + 1}` : title,
      values: steps.map((_, step) => mean(group.map((head) => at(head, step, part)))),
    })),
  )
}
