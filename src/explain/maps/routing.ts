/** Routing: for which classes the parts of a sample speak. */
import type { MapResult } from '../../use/trained-model.js'

/** How much each part of a sample speaks for each class. */
export interface SampleRouting {
  /** The map's name in the model. */
  readonly name: string
  /** Which iteration it is of, if not the last. */
  readonly layer?: string
  /** A modality each, or several together: "text + audio". */
  readonly parts: readonly string[]
  readonly classes: readonly string[]
  /** `shares[part][class]`, rows adding up to 1. */
  readonly shares: readonly (readonly number[])[]
  /** How strongly each part speaks, from 0 to 1, if the model tells. */
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
): SampleRouting[] {
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
