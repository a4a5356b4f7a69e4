/** The sound of a live microphone. */
import { ArrivalClock } from './clock.js'
import { type Tap, tapByProcessor } from './tracks.js'

/** A piece of sound as it arrived. */
export interface LiveSound {
  /** When it begins, in milliseconds of the page's clock. */
  readonly moment: number
  /** Samples per second (Hz). */
  readonly rate: number
  readonly channels: readonly Float32Array[]
}

/** Captures the sound of a track. */
export async function tapSound(
  track: MediaStreamTrack,
  push: (sound: LiveSound) => void,
  end: (failure?: unknown) => void,
): Promise<Tap> {
  const clock = new ArrivalClock()
  const take = (data: VideoFrame | AudioData) => {
    try {
      if (!(data instanceof AudioData)) return
      const { numberOfFrames, numberOfChannels, sampleRate: rate, timestamp } = data
      const lasts = (1000 * numberOfFrames) / rate
      const moment = clock.momentOf(timestamp / 1000 + lasts) - lasts
      const channels = Array.from({ length: numberOfChannels }, (_, planeIndex) => {
        const line = new Float32Array(numberOfFrames)
        data.copyTo(line, { planeIndex, format: 'f32-planar' })
        return line
      })
      push({ moment, rate, channels })
    } finally {
      data.close()
    }
  }
  return tapByProcessor(track, take, end) ?? (await tapByWorklet(track, push, end))
}

/**
 * The code that runs in the audio thread: it sends about 20 ms at a time, with the number of the
 * first sample. Up to half a second of zeros at the start means that the device is not ready.
 */
const worklet = `
registerProcessor('limbic-tap', class extends AudioWorkletProcessor {
  parts = []
  hasBegun = false
  process([channels = []]) {
    this.hasBegun ||=
      currentTime > 0.5 || channels.some((channel) => channel.some((sample) => sample !== 0))
    if (!this.hasBegun) return true
    if (channels.length > 0) this.parts.push(channels.map((channel) => channel.slice()))
    if (this.parts.length === 0) return true
    if (this.parts.length >= 8 || channels.length === 0) {
      const count = this.parts[0].length
      const parts = this.parts.filter((part) => part.length === count)
      const joined = Array.from({ length: count }, (_, channel) => {
        const line = new Float32Array(128 * parts.length)
        parts.forEach((part, place) => line.set(part[channel], 128 * place))
        return line
      })
      const first = currentFrame + (channels.length > 0 ? 128 : 0) - 128 * this.parts.length
      this.port.postMessage({ first, channels: joined }, joined.map((line) => line.buffer))
      this.parts = []
    }
    return true
  }
})`

/**
 * Without `MediaStreamTrackProcessor`, an audio worklet captures the sound at the rate of its
 * context.
 */
async function tapByWorklet(
  track: MediaStreamTrack,
  push: (sound: LiveSound) => void,
  end: (failure?: unknown) => void,
): Promise<Tap> {
  const context = new AudioContext()
  const address = URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' }))
  try {
    await context.audioWorklet.addModule(address)
  } finally {
    URL.revokeObjectURL(address)
  }
  const node = new AudioWorkletNode(context, 'limbic-tap', { numberOfOutputs: 0 })
  const clock = new ArrivalClock()
  const rate = context.sampleRate
  node.port.onmessage = ({ data }: MessageEvent<{ first: number; channels: Float32Array[] }>) => {
    const lasts = (1000 * (data.channels[0]?.length ?? 0)) / rate
    const moment = clock.momentOf((1000 * data.first) / rate + lasts) - lasts
    push({ moment, rate, channels: data.channels })
  }
  const source = context.createMediaStreamSource(new MediaStream([track]))
  source.connect(node)
  await context.resume()
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    source.disconnect()
    node.port.onmessage = null
    await context.close()
    end()
  }
  track.addEventListener('ended', stop)
  return { stop }
}
