/** Takes what comes through the tracks of a live stream. */
import { LimbicError } from '../../../../base/errors.js'
import type { LiveTrack } from './stream.js'

/** Something that takes what comes through a track until it is stopped. */
export interface Tap {
  stop(): Promise<void>
}

/** The part of `MediaStreamTrackProcessor` that is used here; not every browser has it. */
type Processor = new (init: {
  readonly track: MediaStreamTrack
  readonly maxBufferSize?: number
}) => { readonly readable: ReadableStream<VideoFrame | AudioData> }

/** @throws LimbicError if it is no track of the browser */
export function browserTrack(track: LiveTrack): MediaStreamTrack {
  if (typeof MediaStreamTrack !== 'undefined' && track instanceof MediaStreamTrack) return track
  throw new LimbicError('is no live stream', {
    where: 'openLive',
    expected: 'a MediaStream, as navigator.mediaDevices.getUserMedia gives it',
  })
}

/**
 * Takes what comes through a track by `MediaStreamTrackProcessor`.
 *
 * @param take gets each frame or piece of sound, and closes it
 * @param end is called once, when nothing follows
 * @returns undefined where the browser has none
 */
export function tapByProcessor(
  track: MediaStreamTrack,
  take: (item: VideoFrame | AudioData) => void | Promise<void>,
  end: (failure?: unknown) => void,
): Tap | undefined {
  const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: Processor }
  if (MediaStreamTrackProcessor === undefined) return undefined
  // Sound must not be dropped while frames are copied: several seconds fit.
  const room = track.kind === 'audio' ? { maxBufferSize: 500 } : {}
  const { readable } = new MediaStreamTrackProcessor({ track, ...room })
  const reader = readable.getReader()
  const pump = async () => {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      await take(value)
    }
  }
  const running = pump().then(() => end(), end)
  return {
    async stop() {
      await reader.cancel().catch(() => {})
      await running
    },
  }
}
