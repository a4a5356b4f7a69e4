/** The moving unimodal labels of Self-MM (section 3.4). */
import type { Modality } from '../../../base/modalities.js'
import { mapTuple } from '../../../base/tuples.js'
import {
  abs,
  add,
  cast,
  divide,
  gather,
  greater,
  less,
  matmul,
  maximum,
  minimum,
  multiply,
  reduceMean,
  reduceSum,
  scatterNdAdd,
  slice,
  sqrt,
  square,
  squeeze,
  stack,
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

/** The heads whose features and labels are stored. */
export type Head = Modality | 'fusion'

/** A head's results for a batch. */
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
 * The unimodal objectives, and the updates of the labels of each modality for every training
 * sample.
 *
 * Labels start as the truth. Let `D+` and `D-` be the distances of a sample's features from the
 * mean features of the samples whose label for that head is positive or negative, and
 * `a = (D- - D+) / D+`. From the second time a sample is seen, its label moves towards the mean of
 * `truth * a / a_fusion` and `truth + a - a_fusion`, clipped to between `-largestLabel` and
 * `largestLabel`: it is a running average in which the n-th time has the weight 2 / (n + 1). A
 * modality's objective is the mean of `tanh|label - truth| * |score - label|`.
 *
 * Buffers under the scope, a row for each training sample: `seen`, how often it was seen;
 * `<head>.features`, its latest features; `<head>.labels`.
 *
 * @param truths the true labels of all training samples
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
  const places = unsqueeze(sample, 1)
  const remember = (
    place: Scope,
    name: string,
    width: readonly number[],
    start = zeros,
  ): Memory => {
    const all = place.memory(name, [samples, ...width], start)
    const rows = gather(all, sample)
    return {
      all,
      rows,
      replace(next) {
        // One pass over the buffer: what is added makes the old rows the new ones.
        const change = subtract(stopGradient(next), rows)
        graph.updates.set(place.join(name), scatterNdAdd(all, places, change))
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
 * How much nearer the features are to the mean of positive samples than to that of negative ones,
 * (D- - D+) / D+: [batch]. It is 0 unless both kinds occur among the samples seen.
 *
 * @param features [batch, width]
 * @param all the stored features of every training sample, [samples, width]
 * @param labels the labels of every training sample, [samples]; 0 is neither positive nor negative
 * @param isKnown 1 for samples whose features are stored, else 0, [samples]
 */
function positiveness(features: Tensor, all: Tensor, labels: Tensor, isKnown: Tensor): Tensor {
  const still = stopGradient(features)
  const chosen = [greater(labels, 0), less(labels, 0)].map((kind) => cast(kind, 'float32'))
  const counted = multiply(stack(chosen, 0), unsqueeze(isKnown, 0))
  const counts = reduceSum(counted, 1, true)
  const centres = divide(matmul(counted, all), maximum(counts, 1))
  const [positive, negative] = mapTuple([0, 1] as const, (kind) => {
    const away = subtract(still, slice(centres, 0, kind, kind + 1))
    return sqrt(reduceSum(square(away), 1))
  })
  const fewest = minimum(slice(counts, 0, 0, 1), slice(counts, 0, 1, 2))
  const isTold = cast(greater(squeeze(fewest, 1), 0), 'float32')
  return multiply(divide(subtract(negative, positive), add(positive, tiny)), isTold)
}
