/** Finds the durations of a corpus's recordings. */
import { LimbicError } from '../../base/errors.js'
import type { RawCorpus } from '../../data/corpora/raw/index.js'
import { openMedia } from '../../media/decode/node/index.js'
import { inParallel } from '../parallel/in-parallel.js'

/**
 * The duration of each recording of a corpus in seconds, by its path, as its container states it. A
 * recording that cannot be opened is absent; reading it later reports why.
 *
 * @param count the number of recordings opened at once
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
