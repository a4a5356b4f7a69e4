/** Reads decoded samples of a track past places that cannot be decoded. */
import { firstLine, LimbicError } from '../../../base/errors.js'
import type { Complaints } from '../health.js'
import { patiently, type Recording } from './recording.js'

/** Packets are looked up by their times; their bytes are not read. */
export const metadataOnly = { metadataOnly: true } as const

/** A decoded sample of sound or picture. */
interface Sample {
  /** Seconds. */
  readonly timestamp: number
  close(): void
}

/** How the samples of a track are read. */
export interface Reading<Item extends Sample> {
  readonly sink: { samples(start: number): AsyncGenerator<Item, void, unknown> }
  /** Seconds of the recording at which reading starts; 0 for the start of the track. */
  readonly from: number
  /** Gets what the decoder says of each failure. */
  readonly complaints: Complaints
  /** The packet at which reading goes on after a failure beyond a time. */
  nextAfter(time: number): Promise<{ readonly timestamp: number } | null>
}

/**
 * The samples of a track in the order of time, each once. Where decoding fails, reading goes on at the
 * next packet; the caller closes the samples.
 *
 * @throws LimbicError if the decoder makes no progress
 */
export async function* pastDamage<Item extends Sample>(
  recording: Recording,
  { sink, from, complaints, nextAfter }: Reading<Item>,
): AsyncGenerator<Item> {
  let start = from > 0 ? from + recording.origin : -Infinity
  let last = -Infinity
  for (;;) {
    try {
      for await (const sample of patiently(sink.samples(start), recording)) {
        if (sample.timestamp <= last) {
          sample.close()
          continue
        }
        last = sample.timestamp
        yield sample
      }
      return
    } catch (error) {
      if (error instanceof LimbicError || recording.input.disposed) throw error
      complaints.add(firstLine(error))
      const after = Math.max(start, last)
      const next = await nextAfter(after)
      if (!next || next.timestamp <= after) return
      start = next.timestamp
    }
  }
}
