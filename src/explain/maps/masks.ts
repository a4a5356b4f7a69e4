/** Mean feedback masks by class: figure 2 of the MMLatch document. */
import { LimbicError } from '../../base/errors.js'
import { elementAt } from '../../base/lookup.js'
import type { Batch } from '../../data/batch.js'
import type { Split, Targets } from '../../data/dataset.js'
import type { Value } from '../../runtime/session.js'
import type { ClassGrouping } from '../../task/task.js'
import type { MapResult } from '../../use/trained-model.js'
import { type MappedModel, mapBatches } from './batches.js'
import { masksIn } from './sample-masks.js'

/** One batch, from any kind of trained model. */
export interface MaskBatch {
  /** Masks of sequences, [batch, time, width], are read. */
  readonly maps: readonly MapResult[]
  /** True lengths in steps. */
  readonly lengths: Readonly<Record<string, ArrayLike<number> | undefined>>
  readonly targets: Targets
}

/** The mean masks of every modality that has masks. */
export interface MeanMasks {
  readonly classNames: readonly string[]
  /** The number of samples of each class. */
  readonly counts: readonly number[]
  readonly modalities: readonly ModalityMasks[]
}

export interface ModalityMasks {
  readonly modality: string
  /** Number of features. */
  readonly width: number
  /** The mean mask of each feature by class, from 0 to 1; null for a class without samples. */
  readonly means: readonly (Float64Array | null)[]
}

/**
 * The mean mask of every feature over the true steps of all samples of a class. Each step counts
 * equally, so a long sample weighs more than a short one; padding never counts.
 *
 * @throws LimbicError if a batch has no masks or its masks do not fit its lengths
 */
export async function meanMasks(
  batches: AsyncIterable<MaskBatch> | Iterable<MaskBatch>,
  grouping: ClassGrouping,
): Promise<MeanMasks> {
  const counts = grouping.names.map(() => 0)
  const sums = new Map<string, MaskSums>()
  for await (const { maps, lengths, targets } of batches) {
    const present = masksIn(maps)
    if (present.length === 0) {
      throw new LimbicError('the model has no masks', {
        expected: 'maps named mask.text, mask.audio or mask.vision',
        got: maps.map(({ name }) => name).join(', ') || 'no maps',
        hint: 'Explain an MMLatch with feedback "lstm" or "linear"',
      })
    }
    const batch = present[0]?.mask.shape[0] ?? 0
    const classes = Array.from({ length: batch }, (_, sample) => grouping.of(targets, sample))
    for (const index of classes.flat()) counts[index] = (counts[index] ?? 0) + 1
    for (const { modality, mask } of present) {
      const known = sums.get(modality) ?? new MaskSums(grouping.names.length, mask.shape[2] ?? 0)
      sums.set(modality, known)
      known.add(mask, lengths[modality], classes, modality)
    }
  }
  return {
    classNames: grouping.names,
    counts,
    modalities: [...sums].map(([modality, sum]) => ({
      modality,
      width: sum.width,
      means: sum.means(),
    })),
  }
}

/** Sums of masks and numbers of steps, by class. */
class MaskSums {
  readonly #sums: readonly Float64Array[]
  readonly #steps: Float64Array

  constructor(
    classes: number,
    readonly width: number,
  ) {
    this.#sums = Array.from({ length: classes }, () => new Float64Array(width))
    this.#steps = new Float64Array(classes)
  }

  add(
    { data, shape }: Value,
    lengths: ArrayLike<number> | undefined,
    classes: readonly (readonly number[])[],
    modality: string,
  ): void {
    const [batch = 0, time = 0, width = 0] = shape
    if (lengths?.length !== batch || batch !== classes.length || width !== this.width) {
      throw new LimbicError('the shape of the masks does not match the batch', {
        where: `mask.${modality}`,
        expected: `[${classes.length}, time, ${this.width}] and one length per sample`,
        got: `[${shape}] and ${lengths?.length ?? 'no'} lengths`,
      })
    }
    const values = data instanceof Float32Array ? data : Float32Array.from(data, Number)
    for (const [sample, indices] of classes.entries()) {
      const steps = Math.min(time, lengths[sample] ?? 0)
      const start = sample * time * width
      for (const index of indices) {
        const sum = elementAt(this.#sums, index, 'class')
        this.#steps[index] = (this.#steps[index] ?? 0) + steps
        for (let step = 0; step < steps; step++) {
          const first = start + step * width
          for (let feature = 0; feature < width; feature++) {
            sum[feature] = (sum[feature] ?? 0) + (values[first + feature] ?? 0)
          }
        }
      }
    }
  }

  means(): (Float64Array | null)[] {
    return this.#sums.map((sum, index) => {
      const steps = this.#steps[index] ?? 0
      return steps === 0 ? null : sum.map((value) => value / steps)
    })
  }
}

export interface ExplainMasksOptions {
  readonly grouping: ClassGrouping
  /** The names of the model's inputs. */
  readonly inputs: readonly string[]
  /** The maps to request; default: its masks. */
  readonly maps?: readonly string[]
  /** Default: 64. */
  readonly batchSize?: number
  /** Called after each batch, for progress. */
  readonly onBatch?: (done: number, total: number) => void
}

/**
 * Runs a model over a whole split and averages its masks by class.
 *
 * @param split raw features, as the model takes them
 * @throws LimbicError as `meanMasks` does
 */
export function explainMasks(
  model: MappedModel,
  split: Split,
  options: ExplainMasksOptions,
): Promise<MeanMasks> {
  return meanMasks(runBatches(model, split, options), options.grouping)
}

async function* runBatches(
  model: MappedModel,
  split: Split,
  options: ExplainMasksOptions,
): AsyncGenerator<MaskBatch> {
  const masks = model.maps.filter(({ kind }) => kind === 'mask').map(({ name }) => name)
  const { maps = masks } = options
  for await (const { batch, maps: found } of mapBatches(model, split, { ...options, maps })) {
    yield { maps: found, lengths: lengthsOf(batch), targets: batch.targets }
  }
}

function lengthsOf({ features }: Batch): MaskBatch['lengths'] {
  return Object.fromEntries(
    Object.entries(features).map(([name, feature]) => [name, feature?.lengths]),
  )
}
