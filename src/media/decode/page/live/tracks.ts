/** Captures what arrives through the tracks of a live stream. */
import { LimbicError } from '../../../../base/errors.js'
import type { LiveTrack } from './stream.js'

/** A capture of a track, which runs until it is stopped. */
export interface Tap {
  stop(): Promise<void>
}

/** The part of `MediaStreamTrackProcessor` that is used here; not every browser has it. */
type Processor = new (init: {
  readonly track: MediaStreamTrack
  readonly maxBufferSize?: number
}) => { readonly readable: ReadableStream<VideoFrame | AudioData> }

/** @throws LimbicError if it is not a track of the browser */
export function browserTrack(track: LiveTrack): MediaStreamTrack {
  if (typeof MediaStreamTrack !== 'undefined' && track instanceof MediaStreamTrack) return track
  throw new LimbicError('is not a live stream', {
    where: 'openLive',
    expected: 'a MediaStream, as navigator.mediaDevices.getUserMedia returns it',
  })
}

/**
 * Captures a track with `MediaStreamTrackProcessor`.
 *
 * @param take called with each frame or piece of sound, which it closes
 * @param end called once, at the end
 * @returns undefined if the browser has none
 */
export function tapByProcessor(
  track: MediaStreamTrack,
  take: (item: VideoFrame | AudioData) => void | Promise<void>,
  end: (failure?: unknown) => void,
): Tap | undefined {
  const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: Processor }
  if (MediaStreamTrackProcessor === undefined) return undefined
  // Sound must not be dropped while frames are copied: there is room for several seconds.
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
