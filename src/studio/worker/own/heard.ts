/** Where in the sound a model looks that reads it in chunks of a spectrogram. */
import type { PictureMaps } from '../../../explain/maps/positions.js'
import type { Recipe } from '../../../media/recipes/index.js'
import { bandAtHertz, hertzAtBand } from '../../../media/sound/index.js'
import { shownSound } from '../../../recognise/own/listener.js'

/** The positions of chunks of sound, placed in the spectrogram that is shown. */
export interface Heard {
  /** Seconds from the start of the source to where each chunk begins, and how long a chunk is. */
  readonly starts: readonly number[]
  readonly duration: number
  /** The positions of a chunk in time, all equally long. */
  readonly columns: number
  /** The edges of their rows, rows + 1 of them, from the lowest: 0 is the lower edge, 1 the upper. */
  readonly edges: readonly number[]
  /** The attention to each position, where the most is 1: chunk by chunk, row by row. */
  readonly weights: readonly number[]
  /** Whether a position is selected, in the same order; absent if the model selects none. */
  readonly selected?: readonly boolean[]
}

/**
 * Places the last layer of a model's positions in time and frequency.
 *
 * @param times the middle of each chunk in seconds; the last chunk may be cut short
 * @param recipe of the model's features
 * @returns undefined if there are no positions, or what is known of the chunks does not place them
 */
export function heardAt(
  { layers }: Pick<PictureMaps, 'layers'>,
  times: ArrayLike<number> | undefined,
  recipe: Recipe | undefined,
): Heard | undefined {
  const layer = layers.findLast(({ attention }) => attention)
  const { feature, chunk = null } = recipe?.audio ?? {}
  const isMel = feature?.kind === 'mel' || feature?.kind === 'log-mel'
  // A chunk alone may be cut short, which leaves its start open.
  const [first] = Array.from(times ?? [])
  if (!layer?.attention || !isMel || chunk === null || first === undefined) return undefined
  const { rows, columns, attention, selected } = layer
  if (attention.length < 2 || attention.length !== times?.length) return undefined
  const duration = (chunk * feature.hop) / feature.rate
  return {
    ...{ duration, columns },
    starts: attention.map((_, at) => first + (at - 0.5) * duration),
    edges: Array.from({ length: rows + 1 }, (_, row) => {
      const hertz = hertzAtBand((feature.bands * row) / rows, feature)
      return Math.min(Math.max(bandAtHertz(hertz, shownSound) / shownSound.bands, 0), 1)
    }),
    weights: shares(attention.flatMap((own) => [...own])),
    ...(selected && { selected: selected.flatMap((own) => Array.from(own, (one) => one > 0)) }),
  }
}

/** The same weights, with the most as 1. */
export function shares(weights: readonly number[]): number[] {
  const most = weights.reduce((highest, weight) => Math.max(highest, weight), 0)
  return weights.map((weight) => (most > 0 ? weight / most : 0))
}
