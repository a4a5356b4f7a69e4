/** Routing: how the parts of a sample divide among the classes. */
import type { Split } from '../../data/dataset.js'
import type { MapResult } from '../../use/trained-model.js'
import { type MapBatchOptions, type MappedModel, mapBatches } from './batches.js'

/** The routing coefficients of each part: of one sample, or averaged over many. */
export interface Routing {
  /** The map's name in the model. */
  readonly name: string
  /** The iteration, if not the last. */
  readonly layer?: string
  /** A modality each, or several together: "text + audio". */
  readonly parts: readonly string[]
  readonly classes: readonly string[]
  /** `shares[part][class]`, rows adding up to 1. */
  readonly shares: readonly (readonly number[])[]
  /** The activation of each part, from 0 to 1, if the model has it. */
  readonly strengths?: readonly number[]
}

/**
 * The routing of one sample of a batch: every map of that kind, [batch, parts, classes], with the
 * strengths of the same parts, [batch, parts].
 *
 * @param row the sample's row in the batch
 * @param classes the names of the model's outputs
 */
export function sampleRouting(
  maps: readonly MapResult[],
  row: number,
  classes: readonly string[],
): Routing[] {
  return maps.flatMap((map) => {
    if (map.kind !== 'routing' || map.value.shape.length !== 3) return []
    const { name, layer, value } = map
    const [, count = 0, width = 0] = value.shape
    const at = (part: number, output: number) =>
      Number(value.data[(row * count + part) * width + output])
    const parts = map.parts.map((modalities) => modalities.join(' + '))
    const strengths = strengthsOf(maps, parts, row)
    return {
      ...{ name, parts, classes, ...(layer !== undefined && { layer }) },
      shares: parts.map((_, part) => classes.map((_, output) => at(part, output))),
      ...(strengths && { strengths }),
    }
  })
}

function strengthsOf(
  maps: readonly MapResult[],
  parts: readonly string[],
  row: number,
): number[] | undefined {
  for (const map of maps) {
    if (map.kind !== 'activation') continue
    const own = map.parts.map((modalities) => modalities.join(' + '))
    if (own.join() !== parts.join()) continue
    return parts.map((_, part) => Number(map.value.data[row * parts.length + part]))
  }
  return undefined
}

/**
 * Runs a model over a whole split and averages its routing over all samples, the global reading of
 * Multimodal Routing (section 4.4 of its paper): every map of that kind.
 *
 * @param split raw features, as the model takes them
 * @param classes the names of the model's outputs
 */
export async function explainRouting(
  model: MappedModel,
  split: Split,
  classes: readonly string[],
  options: MapBatchOptions,
): Promise<Routing[]> {
  const sums = new Map<string, Routing>()
  let samples = 0
  for await (const { batch, maps } of mapBatches(model, split, options)) {
    for (let row = 0; row < batch.size; row++) {
      for (const routing of sampleRouting(maps, row, classes)) {
        const known = sums.get(routing.name)
        sums.set(
          routing.name,
          known ? combined(known, routing, (sum, value) => sum + value) : routing,
        )
      }
    }
    samples += batch.size
  }
  return [...sums.values()].map((sum) => combined(sum, sum, (total) => total / samples))
}

/** Combines the numbers of two routings one by one. */
function combined(
  one: Routing,
  other: Routing,
  put: (mine: number, theirs: number) => number,
): Routing {
  const both = (mine: readonly number[], theirs: readonly number[] = []) =>
    mine.map((value, at) => put(value, theirs[at] ?? Number.NaN))
  return {
    ...one,
    shares: one.shares.map((row, part) => both(row, other.shares[part])),
    ...(one.strengths && { strengths: both(one.strengths, other.strengths) }),
  }
}
