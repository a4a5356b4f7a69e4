/** Selects the samples to explain and explains each. */
import { elementAt } from '../base/lookup.js'
import { toFloats } from '../base/numbers.js'
import { collateBatch } from '../data/batch.js'
import type { Split } from '../data/dataset.js'
import type { ClassGrouping, Task } from '../task/task.js'
import type { SampleContributions } from './attribution/contributions.js'
import { wordsOf } from './labels.js'
import { type Lane, sampleLanes } from './lanes.js'
import { type AttentionMap, sampleAttention } from './maps/attention.js'
import { type PictureMaps, samplePositions } from './maps/positions.js'
import { type Routing, sampleRouting } from './maps/routing.js'
import { type SampleMask, sampleMasks } from './maps/sample-masks.js'
import { sampleSteps } from './maps/steps.js'
import type { Runnable } from './runnable.js'

/** One sample, its prediction, and its maps. */
export interface SampleExplanation {
  readonly id: string
  /** The transcript, if the data has it. */
  readonly text?: string
  readonly truth: string
  readonly prediction: string
  readonly attention: readonly AttentionMap[]
  /** If requested: the masks, step by step. */
  readonly masks?: readonly SampleMask[]
  /** If the model reads pictures: where it looks in them. */
  readonly pictures?: readonly PictureMaps[]
  /** If the model routes: the routing of its parts. */
  readonly routing?: readonly Routing[]
  /** Attention, masks and other step values on one time axis. */
  readonly lanes?: readonly Lane[]
  /** If requested: the contribution of each input and step to the prediction. */
  readonly contributions?: SampleContributions
}

/** With more steps than this, maps are illegible. */
const legibleSteps = 20
/** Fewer steps than this show nothing. */
const fewestSteps = 4

/**
 * Samples to show: spread over the classes, short enough for their maps to be read, the first of
 * the split of each class. The predictions of the model play no part.
 *
 * @returns rows of the split, in the order of their classes
 */
export function chooseSamples(
  split: Split,
  grouping: ClassGrouping,
  { count, inputs }: { readonly count: number; readonly inputs: readonly string[] },
): number[] {
  const steps = split.ids.map((_, sample) =>
    Math.max(...inputs.map((name) => split.features[name]?.lengths[sample] ?? 0)),
  )
  const stray = (sample: number) => {
    const length = elementAt(steps, sample, 'sample')
    return Math.max(0, length - legibleSteps) + Math.max(0, fewestSteps - length) * legibleSteps
  }
  // The first suitable sample of each class, or the closest to suitable.
  const queues = grouping.names.map((_, index) =>
    split.ids
      .map((_, sample) => sample)
      .filter((sample) => grouping.of(split.targets, sample).includes(index))
      .sort((one, other) => stray(one) - stray(other) || one - other),
  )
  const occupied = queues.filter((queue) => queue.length > 0)
  const chosen = new Set<number>()
  for (let round = 0; chosen.size < count; round++) {
    const left = occupied.filter((queue) => queue.length > round)
    if (left.length === 0) break
    for (const queue of spread(left, count - chosen.size))
      chosen.add(elementAt(queue, round, 'sample'))
  }
  const rank = (sample: number) => grouping.of(split.targets, sample)[0] ?? -1
  return [...chosen].sort((one, other) => rank(one) - rank(other) || one - other)
}

/** Whether a split has targets; recordings that are only predicted have none. */
export function isLabelled({ targets }: Split): boolean {
  return Object.keys(targets).length > 0
}

/** At most `count` of the items, the outermost first, evenly spaced. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (count >= items.length) return [...items]
  if (count === 1) return items.slice(-1)
  return Array.from({ length: count }, (_, place) => {
    const at = Math.round((place * (items.length - 1)) / (count - 1))
    return elementAt(items, at, 'sample')
  })
}

/**
 * Runs a model on single samples and collects their attention maps. Each sample is run alone, so
 * that no padding takes part; a model that does not hide padding may predict slightly differently
 * in a batch.
 *
 * @param rows rows of the split, such as `chooseSamples` gives
 * @param options.aligned whether step t of every modality is the same word
 */
export async function explainSamples(
  model: Runnable,
  split: Split,
  rows: readonly number[],
  options: {
    readonly task: Task
    /** The names of the model's inputs. */
    readonly inputs: readonly string[]
    readonly aligned: boolean
    /** The maps to collect, by name; default: none. */
    readonly maps?: readonly string[]
    /** Whether to collect masks, too. */
    readonly masks?: boolean
    /** `each` gives a map per head instead of their mean. */
    readonly heads?: 'mean' | 'each'
    /** For labels: the probability above which each is predicted; default: 0.5. */
    readonly thresholds?: readonly number[] | undefined
  },
): Promise<SampleExplanation[]> {
  const explained: SampleExplanation[] = []
  for (const row of rows) {
    const batch = await collateBatch(split, Int32Array.of(row), options.inputs)
    const { prediction, maps } = await model.run(batch, options.maps)
    const text = split.rawText?.[row]
    const { aligned, heads = 'mean' } = options
    const labels = { words: wordsOf(text), aligned, heads }
    const attention = sampleAttention(batch, maps, 0, labels)
    const masks = options.masks ? sampleMasks(batch, maps, 0, labels) : undefined
    const pictures = samplePositions(batch, maps, 0)
    const routing = sampleRouting(maps, 0, options.task.outputs)
    explained.push({
      id: split.ids[row] ?? String(row),
      ...(text !== undefined && { text }),
      truth: isLabelled(split) ? options.task.describeTruth(batch.targets, 0) : 'not known',
      prediction: options.task.describe(toFloats(prediction.data), options.thresholds),
      attention,
      ...(masks && { masks }),
      ...(pictures.length > 0 && { pictures }),
      ...(routing.length > 0 && { routing }),
      lanes: sampleLanes(attention, masks, sampleSteps(batch, maps, 0, labels)),
    })
  }
  return explained
}
