/** The frames of a live camera. */
import type { Matrix, Planes } from '../../pixels/planes.js'
import { type CodecFrame, copyPlanes } from '../planes.js'
import { ArrivalClock } from './clock.js'
import { type Tap, tapByProcessor } from './tracks.js'

/** A frame as it arrived. */
export interface LiveFrame {
  /** When it was captured, in milliseconds of the page's clock. */
  readonly moment: number
  readonly planes: Planes
  /** Clockwise rotation to apply, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270
}

/** Captures the frames of a track. */
export function tapFrames(
  track: MediaStreamTrack,
  push: (frame: LiveFrame) => void,
  end: (failure?: unknown) => void,
): Tap {
  const clock = new ArrivalClock()
  const take = async (frame: VideoFrame | AudioData) => {
    try {
      if (!(frame instanceof VideoFrame)) return
      const moment = clock.momentOf(frame.timestamp / 1000)
      const planes = await copyPlanes(frame, coloursOf(frame))
      push({ moment, planes, rotation: rotationOf(frame) })
    } finally {
      frame.close()
    }
  }
  return tapByProcessor(track, take, end) ?? tapByElement(track, take, end)
}

/** Without `MediaStreamTrackProcessor`, a hidden video element plays the frames. */
function tapByElement(
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => Promise<void>,
  end: (failure?: unknown) => void,
): Tap {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  let isStopped = false
  const ask = () => {
    video.requestVideoFrameCallback((_, { mediaTime }) => {
      if (isStopped) return
      const frame = shownBy(video, mediaTime)
      if (frame) take(frame).then(ask, stop)
      else ask()
    })
  }
  const stop = (failure?: unknown) => {
    if (isStopped) return
    isStopped = true
    video.srcObject = null
    end(failure)
  }
  track.addEventListener('ended', () => stop())
  ask()
  video.play().catch(stop)
  return { stop: async () => stop() }
}

/**
 * The frame that the element shows; undefined while its track is muted, changing or ending and has
 * no picture.
 */
function shownBy(video: HTMLVideoElement, mediaTime: number): VideoFrame | undefined {
  try {
    return new VideoFrame(video, { timestamp: Math.round(mediaTime * 1e6) })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') return undefined
    throw error
  }
}

function coloursOf({ colorSpace }: VideoFrame) {
  const matrix: Matrix = colorSpace.matrix === 'bt709' ? 'bt709' : 'bt601'
  return { model: 'ycbcr', matrix, fullRange: colorSpace.fullRange ?? false } as const
}

/** Newer browsers return the frames of a rotated camera unrotated, with a rotation. */
function rotationOf(frame: CodecFrame & { readonly rotation?: number }): 0 | 90 | 180 | 270 {
  const { rotation } = frame
  return rotation === 90 || rotation === 180 || rotation === 270 ? rotation : 0
}
