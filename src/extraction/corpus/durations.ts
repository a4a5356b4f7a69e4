/** How long the recordings of a corpus are. */
import { LimbicError } from '../../base/errors.js'
import type { RawCorpus } from '../../data/corpora/raw/index.js'
import { openMedia } from '../../media/decode/node/index.js'
import { inParallel } from '../parallel/in-parallel.js'

/**
 * Seconds that each recording of a corpus lasts, by its path, as its container says. What cannot be
 * opened is absent: what reads it later reports why.
 *
 * @param count how many are opened at once
 */
export async function durationsOf(
  { clips }: RawCorpus,
  count: number,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const paths = new Set(
    clips.flatMap(({ media: { video, sound } }) =>
      [video, sound].flatMap((part) => part?.path ?? []),
    ),
  )
  const durations = new Map<string, number>()
  await inParallel([...paths], count, async (path) => {
    if (signal?.aborted) return
    try {
      const source = await openMedia(path)
      if (source.duration !== undefined) durations.set(path, source.duration)
      await source.close()
    } catch (error) {
      if (!(error instanceof LimbicError)) throw error
    }
  })
  return durations
}
