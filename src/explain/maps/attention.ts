/** Attention maps of single samples. */

import { LimbicError } from '../../base/errors.js'
import type { Batch } from '../../data/batch.js'
import type { AttentionMapKind } from '../../models/define/maps.js'
import type { MapResult } from '../../use/trained-model.js'
import { labelSteps, sequencesOf } from '../labels.js'

/** The attention of each step of one sequence to each step of another (or of itself). */
export interface AttentionMap {
  /** The map's name in the model, such as `attention.text_to_audio`. */
  readonly name: string
  /** The sequences of the queries, and those of the keys. */
  readonly asking: readonly string[]
  readonly asked: readonly string[]
  /** Whether it is of the first pass, which only serves to make masks. */
  readonly first: boolean
  /** For people: "text attends to audio". */
  readonly title: string
  /** One label per query step: its word, or else its number from 1. */
  readonly queries: readonly string[]
  readonly keys: readonly string[]
  /** The sequences concatenated in the keys, if several. */
  readonly parts?: readonly AttentionPart[]
  /** `weights[query][key]`; over the true steps only, so a row may add up to less than 1. */
  readonly weights: readonly (readonly number[])[]
}

/** One of several sequences on an axis, with a label for each of its steps. */
export interface AttentionPart {
  readonly title: string
  readonly labels: readonly string[]
}

export interface AttentionOptions {
  /** The words of the sample in order, if known. */
  readonly words?: readonly string[]
  /** Whether step t of every modality is the same word. */
  readonly aligned: boolean
  /** `each` gives a map per head instead of their mean. */
  readonly heads?: 'mean' | 'each'
}

/**
 * The attention maps of one sample of a batch, cut to its true lengths: every map of that kind,
 * [batch, keys], [batch, queries, keys] or [batch, heads, queries, keys]. An axis that is one longer than its sequence has a token before the steps. Words label the steps
 * of text, and of everything where the data is aligned, if there are exactly as many words as
 * steps; otherwise the steps have numbers, rather than words that may be the wrong ones.
 *
 * @param row the sample's row in the batch
 * @throws LimbicError if the batch has no such row
 */
export function sampleAttention(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
  options: AttentionOptions,
): AttentionMap[] {
  if (!Number.isInteger(row) || row < 0 || row >= batch.size) {
    throw new LimbicError('no such sample in the batch', {
      expected: `0 to ${batch.size - 1}`,
      got: String(row),
    })
  }
  return maps.flatMap((map) => {
    if (map.kind !== 'attention' || map.value.shape.length < 2 || map.value.shape.length > 4) {
      return []
    }
    const { name, query: asking, keys: asked, axes: dimensions = [] } = map
    const { data, shape } = map.value
    const keyCount = shape.at(-1) ?? 1
    const queryCount = shape.length > 2 ? (shape.at(-2) ?? 1) : 1
    const heads = shape.length > 3 ? (shape.at(-3) ?? 1) : 1
    const label = (
      side: readonly string[],
      size: number,
      dimension: string | number | undefined,
    ) => {
      const parts = partsOf(dimension, size, batch, row, options)
      const labels = parts
        ? parts.flatMap((part) => part.labels.map((step) => `${part.title} ${step}`))
        : labelSteps(side, size, batch, row, options, typeof dimension === 'number')
      return { labels, parts }
    }
    const ofQueries = shape.length > 2 ? dimensions.at(-2) : undefined
    const { labels: queries } = label(asking, queryCount, ofQueries)
    const { labels: keys, parts } = label(asked, keyCount, dimensions.at(-1))
    const first = map.layer === 'first'
    const sides = { asking, asked, first, queries, keys, ...(parts && { parts }) }
    const start = row * heads * queryCount * keyCount
    const weightsOf = (first: number, last: number) =>
      queries.map((_, query) =>
        keys.map((_, key) => {
          let sum = 0
          for (let head = first; head <= last; head++) {
            sum += Number(data[start + (head * queryCount + query) * keyCount + key])
          }
          return sum / (last - first + 1)
        }),
      )
    const title = describe(map)
    if (options.heads !== 'each' || heads === 1) {
      return [{ name, title, ...sides, weights: weightsOf(0, heads - 1) }]
    }
    return Array.from({ length: heads }, (_, head) => ({
      name: `${name}.head${head + 1}`,
      title: `${title}, head ${head + 1}`,
      ...sides,
      weights: weightsOf(head, head),
    }))
  })
}

function describe({ query, keys, layer }: AttentionMapKind): string {
  const [asking, asked] = [query.join(' + '), keys.join(' + ')]
  const sides =
    asking === asked
      ? `${asking} attends to itself`
      : `${asking} ${query.length > 1 ? 'attend' : 'attends'} to ${asked}`
  if (layer === undefined) return sides
  return `${sides}, ${layer === 'first' ? 'before the masks' : spaced(layer)}`
}

/** `layer1` as "layer 1". */
function spaced(layer: string): string {
  return layer.replace(/([a-z])(\d+)$/, '$1 $2')
}

/**
 * The sequences of an axis that is made of several, one after the other, the modalities first: its dimension is the sum of theirs. Undefined for any other axis, and where padding
 * stands between them.
 */
function partsOf(
  dimension: string | number | undefined,
  size: number,
  batch: Batch,
  row: number,
  options: AttentionOptions,
): AttentionPart[] | undefined {
  if (typeof dimension !== 'string') return undefined
  const names = dimension.split('+')
  const chosen = sequencesOf(batch).filter((name) => names.includes(`${name}_time`))
  if (chosen.length < 2 || chosen.length !== names.length) return undefined
  const parts = chosen.map((title) => {
    const time = batch.features[title]?.steps ?? 0
    return { title, labels: labelSteps([title], time, batch, row, options) }
  })
  return parts.reduce((sum, { labels }) => sum + labels.length, 0) === size ? parts : undefined
}
