import type { Batch } from '../data/batches.js'
import { LimbicError } from '../errors.js'
import { type Modality, modalities } from '../modalities.js'
import type { Value } from '../runtime/session.js'

/** How much each step of one sequence took from each step of another (or of itself). */
export interface AttentionMap {
  /** The map's name in the model, such as `attention.text_to_audio`. */
  readonly name: string
  /** For people: "text attends to audio". */
  readonly title: string
  /** One label a query step: its word where it has one, or else its number from 1. */
  readonly queries: readonly string[]
  readonly keys: readonly string[]
  /** `weights[query][key]`; over the true steps only, so a row may add up to less than 1. */
  readonly weights: readonly (readonly number[])[]
}

/** Words in the order of the steps, where a sample has them. */
export function wordsOf(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? []
}

/**
 * The attention maps of one sample of a batch, cut to its true lengths: every map whose name
 * starts with `attention.`, [batch, queries, keys] or [batch, heads, queries, keys], whose heads
 * are averaged. Words label the steps of text, and of everything where the data are aligned, if
 * there are exactly as many words as steps; otherwise the steps have numbers, rather than words
 * that may be the wrong ones.
 *
 * @param row the sample's row in the batch
 * @throws LimbicError if the batch has no such row
 */
export function sampleAttention(
  batch: Batch,
  maps: ReadonlyMap<string, Value>,
  row: number,
  options: { readonly words?: readonly string[]; readonly aligned: boolean },
): AttentionMap[] {
  if (!Number.isInteger(row) || row < 0 || row >= batch.size) {
    throw new LimbicError('no such sample in the batch', {
      expected: `0 to ${batch.size - 1}`,
      got: String(row),
    })
  }
  return [...maps].flatMap(([name, { data, shape }]) => {
    if (!name.startsWith('attention.') || (shape.length !== 3 && shape.length !== 4)) return []
    const [heads, queryCount, keyCount] = (
      shape.length === 3 ? [1, ...shape.slice(1)] : shape.slice(1)
    ) as [number, number, number]
    const { asking, asked, stage } = readName(name)
    const queries = labelSteps(asking, queryCount, batch, row, options)
    const keys = labelSteps(asked, keyCount, batch, row, options)
    const start = row * heads * queryCount * keyCount
    const weights = queries.map((_, query) =>
      keys.map((_, key) => {
        let sum = 0
        for (let head = 0; head < heads; head++) {
          sum += Number(data[start + (head * queryCount + query) * keyCount + key])
        }
        return sum / heads
      }),
    )
    return [{ name, title: describe(asking, asked) + stage, queries, keys, weights }]
  })
}

/** `attention.text_to_audio.first`: text asks, audio is asked, before the masks. */
function readName(name: string): { asking: string; asked: string; stage: string } {
  const [what = '', ...rest] = name.slice('attention.'.length).split('.')
  const [asking = '', asked = asking] = what.split('_to_')
  const stage = rest.map((part) => (part === 'first' ? ', before the masks' : `, ${part}`)).join('')
  return { asking, asked, stage }
}

function describe(asking: string, asked: string): string {
  const words = (side: string) => side.replaceAll('_', ' + ')
  return asking === asked
    ? `${words(asking)} attends to itself`
    : `${words(asking)} attends to ${words(asked)}`
}

/** Labels of a sample's true steps along an axis of `size` that belongs to `side`. */
export function labelSteps(
  side: string,
  size: number,
  batch: Batch,
  row: number,
  { words = [], aligned }: { readonly words?: readonly string[]; readonly aligned: boolean },
): string[] {
  const own = modalities.filter((modality) => side.split('_').includes(modality))
  // Aligned sequences share their steps, so any of them tells the length of what is made of several.
  const [modality] = own.length === 1 || aligned ? [...own, ...present(batch)] : []
  const sequence = modality && batch.sequences[modality]
  // An axis of another size is not of the sequence's steps: it has no padding to cut.
  const length = sequence?.shape[1] === size ? (sequence.lengths[row] as number) : size
  const named = (aligned || modality === 'text') && words.length === length
  return Array.from({ length }, (_, step) => (named ? (words[step] as string) : String(step + 1)))
}

function present(batch: Batch): Modality[] {
  return modalities.filter((modality) => batch.sequences[modality])
}
