/** The rows of one video in a computational sequence. */

import type { FrameOptions } from '../../../media/extract/word-frames.js'
import type { Modality } from '../../dataset.js'
import { alignToReference } from '../../prepare/align/align.js'
import type { TimedRows } from '../../prepare/align/timed.js'
import {
  become,
  type InvalidPolicy,
  mendTable,
  missingValue,
} from '../../prepare/invalid/invalid.js'
import type { CorpusSources } from './options.js'
import { RowCache } from './row-cache.js'
import { entryOf, type SequenceEntry } from './sequence.js'
import { framesOfTimedRows } from './word-frames.js'

/** Reads the rows of a modality, video by video: invalid numbers replaced, aligned, and cached. */
export class VideoRows {
  readonly #sources: CorpusSources
  readonly #policy: InvalidPolicy
  readonly #cache: RowCache
  /** By video, so that a video that is read again is not counted twice. */
  readonly #invalid = new Map<Modality, Map<string, number>>()
  readonly #imputed = new Map<Modality, Map<string, number>>()

  constructor(sources: CorpusSources, policy: InvalidPolicy, cacheBytes: number) {
    this.#sources = sources
    this.#policy = policy
    this.#cache = new RowCache(cacheBytes)
    for (const modality of sources.modalities.keys()) {
      this.#invalid.set(modality, new Map())
      this.#imputed.set(modality, new Map())
    }
  }

  /**
   * The rows of one video: as in the file, or one for each row of the sequence aligned to.
   *
   * @throws LimbicError if the file is damaged, or has invalid numbers under the policy `refuse`.
   */
  read(modality: Modality, video: string): Float32Array {
    return this.#cache.get(`${modality}/${video}`, () => this.#load(modality, video))
  }

  /**
   * The frames of each word of one video, and their number: see `framesOfTimedRows`.
   *
   * @throws LimbicError as `read` does
   */
  readFrames(modality: Modality, video: string, frames: FrameOptions): Float32Array {
    return this.#cache.get(`frames of ${modality}/${video}`, () => {
      const { reference } = this.#sources
      const own = this.#own(modality, video)
      if (!own || !reference) return new Float32Array()
      const intervals = entryOf(reference, video).intervals()
      return framesOfTimedRows(intervals, own, frames, missingValue(this.#policy))
    })
  }

  /** Notes on the invalid numbers replaced and the words filled with zeros so far. */
  notes(): string[] {
    return [...this.#sources.modalities.keys()].flatMap((modality) => {
      const counts: [count: number, what: string][] = [
        [
          total(this.#invalid.get(modality)),
          `invalid numbers (NaN or infinite) ${become(this.#policy)}`,
        ],
        [
          total(this.#imputed.get(modality)),
          `words without rows ${this.#policy === 'mean' ? become('mean') : 'are filled with zeros'}`,
        ],
      ]
      return counts
        .filter(([count]) => count > 0)
        .map(([count, what]) => `${modality}: ${count} ${what}`)
    })
  }

  clear(): void {
    this.#cache.clear()
  }

  #load(modality: Modality, video: string): Float32Array {
    const { modalities, reference } = this.#sources
    const source = this.#own(modality, video)
    if (!source) return new Float32Array()
    if (reference === undefined || reference === modalities.get(modality)) return source.features
    const { table, imputed } = averageOnto(
      entryOf(reference, video),
      source,
      missingValue(this.#policy),
    )
    this.#imputed.get(modality)?.set(video, imputed)
    return table
  }

  /** The rows of a modality itself, invalid numbers replaced. */
  #own(modality: Modality, video: string): TimedRows | undefined {
    const sequence = this.#sources.modalities.get(modality)
    if (sequence === undefined) return undefined
    const { width, path } = sequence
    const entry = entryOf(sequence, video)
    const features = entry.features()
    const invalid = mendTable(features, width, this.#policy, `${path}, entry ${video}`)
    this.#invalid.get(modality)?.set(video, invalid)
    return { features, width, intervals: entry.intervals() }
  }
}

/**
 * One row for each row of the reference: the mean of the rows that overlap it, or `missing` if none
 * does.
 */
function averageOnto(
  reference: SequenceEntry,
  source: TimedRows,
  missing: number,
): { table: Float32Array; imputed: number } {
  const pieces = { features: new Float32Array(), width: 0, intervals: reference.intervals() }
  const aligned = alignToReference(
    { reference: new Map([['', pieces]]), rows: new Map([['', source]]) },
    'reference',
    'average',
  )
  const table = new Float32Array(reference.rows * source.width).fill(missing)
  for (let row = 0; row < reference.rows; row++) {
    const mean = aligned.rows.get(`[${row}]`)
    if (mean !== undefined) table.set(mean.features, row * source.width)
  }
  return { table, imputed: aligned.reference.size - aligned.rows.size }
}

function total(counts: ReadonlyMap<string, number> | undefined): number {
  return [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0)
}
