/** The moving unimodal labels of Self-MM (section 3.4). */
import type { Modality } from '../../../base/modalities.js'
import {
  abs,
  add,
  cast,
  divide,
  equal,
  expand,
  gather,
  greater,
  less,
  maximum,
  minimum,
  multiply,
  not,
  reduceMean,
  reduceSum,
  scatterNdAdd,
  sqrt,
  square,
  stopGradient,
  subtract,
  type Tensor,
  tanh,
  unsqueeze,
  where,
} from '../../../graph/index.js'
import { given, zeros } from '../../../nn/initialise.js'
import type { Scope } from '../../../nn/scope.js'
import type { TrainingInputs } from '../../define/inputs.js'

/** Whose features and labels are remembered. */
export type Head = Modality | 'fusion'

/** What the model says of a batch. */
export interface Said {
  /** [batch, width] */
  readonly features: Tensor
  /** [batch] */
  readonly score: Tensor
}

/** A buffer with a row for each training sample. */
interface Memory {
  /** [samples, ...] */
  readonly all: Tensor
  /** The rows of the batch. */
  readonly rows: Tensor
  /** Replaces the rows of the batch after the step. */
  replace(rows: Tensor): void
}

/**
 * The unimodal objectives, and what they move: each modality's label of each training sample.
 *
 * The labels start as the truth. From the second time on that a sample is seen, they move by the
 * distances D+ and D- of its features from the mean features of the samples whose label of that head is
 * positive, and negative: with a = (D- - D+) / D+, towards the mean of truth * a / a_fusion and
 * truth + a - a_fusion, in a running average that weighs the n-th time by 2 / (n + 1). A modality's
 * objective is the mean of tanh|label - truth| * |score - label|.
 *
 * Buffers under the scope, a row for each training sample: `seen`, how often it was;
 * `<head>.features`, the last ones; `<head>.labels`.
 *
 * @param truths of all training samples
 * @returns the objectives by modality
 */
export function movingLabels(
  scope: Scope,
  said: ReadonlyMap<Head, Said>,
  truths: Float32Array,
  { sample, samples, target }: Pick<TrainingInputs, 'sample' | 'samples' | 'target'>,
  largestLabel: number,
): Map<Modality, Tensor> {
  const { graph } = scope
  const everywhere = expand(graph.scalar(1), [samples])
  const here = expand(graph.scalar(-1), sample.shape)
  // 0 for the samples of the batch, 1 for all others.
  const kept = scatterNdAdd(everywhere, unsqueeze(sample, 1), here)
  const remember = (
    place: Scope,
    name: string,
    width: readonly number[],
    start = zeros,
  ): Memory => {
    const all = place.memory(name, [samples, ...width], start)
    return {
      all,
      rows: gather(all, sample),
      replace(rows) {
        const others = multiply(all, width.length > 0 ? unsqueeze(kept, 1) : kept)
        const next = scatterNdAdd(others, unsqueeze(sample, 1), stopGradient(rows))
        graph.updates.set(place.join(name), next)
      },
    }
  }
  const seen = remember(scope, 'seen', [])
  const time = add(seen.rows, 1)
  seen.replace(time)
  const isKnown = cast(greater(seen.all, 0), 'float32')
  const heads = [...said].map(([head, { features, score }]) => {
    const place = scope.child(head)
    const stored = remember(place, 'features', [features.fixedSize(1)])
    const labels = remember(place, 'labels', [], given(truths))
    const closeness = positiveness(features, stored.all, labels.all, isKnown)
    stored.replace(features)
    return { head, score, labels, closeness }
  })
  const fusion = heads.find(({ head }) => head === 'fusion')?.closeness
  const objectives = new Map<Modality, Tensor>()
  for (const { head, score, labels, closeness } of heads) {
    if (head === 'fusion' || !fusion) continue
    const label = labels.rows
    const weight = tanh(abs(subtract(label, target)))
    objectives.set(head, reduceMean(multiply(weight, abs(subtract(score, label)))))
    const ratio = divide(closeness, add(fusion, tiny))
    const shifted = add(target, subtract(closeness, fusion))
    const wanted = multiply(add(multiply(ratio, target), shifted), 0.5)
    const held = maximum(minimum(wanted, largestLabel), -largestLabel)
    const share = divide(2, add(time, 1))
    const moved = add(multiply(label, subtract(1, share)), multiply(held, share))
    labels.replace(where(greater(time, 1), moved, label))
  }
  return objectives
}

/** Keeps quotients finite, as in the published code. */
const tiny = 1e-8

/**
 * How much nearer the features are to those of positive samples than to those of negative ones,
 * (D- - D+) / D+: [batch]. It is 0 as long as there are no samples of either kind.
 *
 * @param features [batch, width]
 * @param all those of every sample, [samples, width]
 * @param labels of every sample, [samples]; those of 0 are neither
 * @param isKnown 1 for samples that have features already, [samples]
 */
function positiveness(features: Tensor, all: Tensor, labels: Tensor, isKnown: Tensor): Tensor {
  const still = stopGradient(features)
  const to = (chosen: Tensor) => {
    const counted = multiply(cast(chosen, 'float32'), isKnown)
    const count = reduceSum(counted)
    const total = reduceSum(multiply(all, unsqueeze(counted, 1)), 0)
    const centre = divide(total, maximum(count, 1))
    return { count, distance: sqrt(reduceSum(square(subtract(still, centre)), 1)) }
  }
  const [positive, negative] = [to(greater(labels, 0)), to(less(labels, 0))]
  const nearer = subtract(negative.distance, positive.distance)
  const isTold = not(equal(minimum(positive.count, negative.count), 0))
  return multiply(divide(nearer, add(positive.distance, tiny)), cast(isTold, 'float32'))
}
