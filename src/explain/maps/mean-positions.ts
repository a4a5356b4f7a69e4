/** Mean pictures and mean maps over their positions, by class. */
import { elementAt } from '../../base/lookup.js'
import type { Split } from '../../data/dataset.js'
import type { ClassGrouping } from '../../task/task.js'
import { type MapBatchOptions, type MappedModel, mapBatches } from './batches.js'
import type { StepPicture } from './pictures.js'
import { type PictureMaps, type PositionLayer, samplePositions } from './positions.js'

/** The mean over all pictures of the samples of a class; each picture counts equally. */
export interface ClassPictures {
  /** The number of pictures. */
  readonly count: number
  /** The mean picture. */
  readonly picture: StepPicture
  /** The mean attention of each layer, and the share of the pictures that select a position. */
  readonly layers: readonly PositionLayer[]
}

/** The mean maps over one sequence of pictures. */
export interface MeanPositions {
  readonly sequence: string
  readonly classNames: readonly string[]
  /** By class; null if no picture belongs to it. */
  readonly classes: readonly (ClassPictures | null)[]
}

/**
 * Runs a model over a whole split and averages its maps over the positions of pictures by class, as
 * figures 3 and 6 of the MESM document show them for single samples. A sample with several labels
 * counts for each of them.
 *
 * @param split raw features, as the model takes them
 * @returns one for each sequence of pictures that has such maps
 */
export async function explainPositions(
  model: MappedModel,
  split: Split,
  grouping: ClassGrouping,
  options: MapBatchOptions,
): Promise<MeanPositions[]> {
  const sums = new Map<string, (ClassSum | undefined)[]>()
  for await (const { batch, maps } of mapBatches(model, split, options)) {
    for (let row = 0; row < batch.size; row++) {
      const classes = grouping.of(batch.targets, row)
      for (const own of samplePositions(batch, maps, row)) {
        if (own.layers.length === 0) continue
        const known = sums.get(own.sequence) ?? grouping.names.map(() => undefined)
        sums.set(own.sequence, known)
        for (const index of classes) {
          const sum = known[index] ?? new ClassSum(own)
          known[index] = sum
          sum.add(own)
        }
      }
    }
  }
  return [...sums].map(([sequence, classes]) => ({
    sequence,
    classNames: grouping.names,
    classes: classes.map((sum) => sum?.means() ?? null),
  }))
}

/** Sums over the pictures of a class. */
class ClassSum {
  #count = 0
  readonly #like: StepPicture
  readonly #picture: Float64Array
  readonly #layers: readonly LayerSum[]

  /** @param first the pictures of a sample, which have the shapes of all others */
  constructor({ pictures, layers }: PictureMaps) {
    this.#like = elementAt(pictures, 0, 'picture')
    this.#picture = new Float64Array(this.#like.values.length)
    this.#layers = layers.map(({ attention, selected, ...like }) => {
      const zeros = () => new Float64Array(like.rows * like.columns)
      return {
        like,
        ...(attention && { attention: zeros() }),
        ...(selected && { selected: zeros() }),
      }
    })
  }

  add({ pictures, layers }: PictureMaps): void {
    this.#count += pictures.length
    for (const { values } of pictures) addTo(this.#picture, values)
    for (const [index, sum] of this.#layers.entries()) {
      const own = elementAt(layers, index, 'layer')
      for (const what of ['attention', 'selected'] as const) {
        for (const values of own[what] ?? []) addTo(sum[what], values)
      }
    }
  }

  means(): ClassPictures {
    const count = this.#count
    const meanOf = (sum: Float64Array) => Float32Array.from(sum, (value) => value / count)
    return {
      count,
      picture: { ...this.#like, values: meanOf(this.#picture) },
      layers: this.#layers.map(({ like, attention, selected }) => ({
        ...like,
        ...(attention && { attention: [meanOf(attention)] }),
        ...(selected && { selected: [meanOf(selected)] }),
      })),
    }
  }
}

/** The sums of one layer. */
interface LayerSum {
  readonly like: Pick<PositionLayer, 'layer' | 'rows' | 'columns'>
  readonly attention?: Float64Array
  readonly selected?: Float64Array
}

function addTo(sum: Float64Array | undefined, values: ArrayLike<number>): void {
  if (!sum) return
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (values[at] ?? 0)
}
