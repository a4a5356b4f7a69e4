/** Where in its pictures a model looks, and which positions it selects. */
import { mean } from '../../base/numbers.js'
import type { Batch } from '../../data/batch.js'
import type { MapResult } from '../../use/trained-model.js'
import { pictureSequences, type StepPicture, samplePictures } from './pictures.js'

/** One layer's numbers at the positions of each picture of a sequence, row by row. */
export interface PositionLayer {
  readonly layer: string
  /** Positions, of which there may be fewer than pixels. */
  readonly rows: number
  readonly columns: number
  /** For each picture, weights that add up to 1; 0 where a position was no candidate. */
  readonly attention?: readonly Float32Array[]
  /** For each picture, 1 where a position is selected, 0 elsewhere. */
  readonly selected?: readonly Float32Array[]
}

/** The share of attention that the token before a sequence pays to each of its pictures. */
export interface TokenLook {
  /** The layer of the transformer, such as "layer 2"; empty if there is only one. */
  readonly layer: string
  readonly values: readonly number[]
}

/** One sequence of pictures of a sample. */
export interface PictureMaps {
  readonly sequence: string
  /** One label per picture: its number from 1. */
  readonly steps: readonly string[]
  readonly pictures: readonly StepPicture[]
  /** The seconds from one picture to the next, if known; the first begins with the recording. */
  readonly period?: number
  /** In the order of the model; none if it attends to whole pictures only. */
  readonly layers: readonly PositionLayer[]
  /** In the order of the model, averaged over heads. */
  readonly looks: readonly TokenLook[]
}

/**
 * The pictures of one sample of a batch, with the maps over their positions,
 * [batch, time, rows, columns], and the attention of the token before them,
 * [batch, heads, time + 1, time + 1]; sequences without a map or without a picture are left out.
 *
 * @param row the sample's row in the batch
 */
export function samplePositions(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
): PictureMaps[] {
  return pictureSequences(batch).flatMap((sequence) => {
    const feature = batch.features[sequence]
    const pictures = feature ? samplePictures(feature, row) : []
    const layers = layersOf(sequence, maps, row, pictures.length)
    const looks = looksOf(sequence, maps, row, pictures.length)
    if (pictures.length === 0 || layers.length + looks.length === 0) return []
    const steps = pictures.map((_, step) => String(step + 1))
    return { sequence, steps, pictures, layers, looks }
  })
}

/** The layers over the positions of a sequence's first `count` pictures. */
function layersOf(
  sequence: string,
  maps: readonly MapResult[],
  row: number,
  count: number,
): PositionLayer[] {
  const layers = new Map<string, PositionLayer>()
  for (const map of maps) {
    if (map.kind !== 'positions' || map.sequence !== sequence || map.value.shape.length !== 4) {
      continue
    }
    const { layer, what, value } = map
    const [, time = 0, rows = 0, columns = 0] = value.shape
    const size = rows * columns
    const own = Array.from({ length: Math.min(count, time) }, (_, step) =>
      Float32Array.from({ length: size }, (_, at) =>
        Number(value.data[(row * time + step) * size + at]),
      ),
    )
    layers.set(layer, { ...(layers.get(layer) ?? { layer, rows, columns }), [what]: own })
  }
  return [...layers.values()]
}

/** The attention of the token, the first query, on a sequence's first `count` steps. */
function looksOf(
  sequence: string,
  maps: readonly MapResult[],
  row: number,
  count: number,
): TokenLook[] {
  return maps.flatMap((map) => {
    if (map.kind !== 'attention' || map.value.shape.length !== 4) return []
    const [asking, asked] = [map.query, map.keys].map((names) => names.join())
    const { data, shape } = map.value
    const [, heads = 0, queries = 0, keys = 0] = shape
    if (asking !== sequence || asked !== sequence || queries <= count || keys <= count) return []
    const weight = (head: number, key: number) =>
      Number(data[(row * heads + head) * queries * keys + key])
    const all = Array.from({ length: heads }, (_, head) => head)
    const values = Array.from({ length: count }, (_, step) =>
      mean(all.map((head) => weight(head, step + 1))),
    )
    return { layer: map.layer ?? '', values }
  })
}
