/** Recordings in memory, whose sound and pictures are known. */
import type { Frame, Picture, Source } from '../../src/media/source.js'

/** What a recording in memory holds. */
export interface Held {
  /** One array a channel. */
  readonly channels?: readonly Float32Array[]
  /** Samples a second (Hz); 16000 unless given. */
  readonly rate?: number
  /** One after another, 10 a second. */
  readonly pictures?: readonly Picture[]
  readonly remarks?: readonly string[]
}

const frameRate = 10

/** A recording in memory: frames every n-th or at a rate, whole or in part; crops of its left part. */
export function recording({ channels, rate = 16_000, pictures, remarks = [] }: Held): Source {
  const [first] = pictures ?? []
  const samples = channels?.[0]?.length ?? 0
  return {
    name: 'held',
    duration: Math.max(samples / rate, (pictures?.length ?? 0) / frameRate),
    sound: channels && { rate, channels: channels.length },
    picture: first && { width: first.width, height: first.height, rotation: 0, frameRate },
    remarks,
    async *readSound({ start = 0, end = samples / rate } = {}) {
      const [from, to] = [Math.round(start * rate), Math.round(end * rate)]
      const parts = (channels ?? []).map((channel) => channel.subarray(from, to))
      if ((parts[0]?.length ?? 0) > 0) yield { time: from / rate, rate, channels: parts }
    },
    async *readFrames({ frames, start = 0, end = Number.POSITIVE_INFINITY, crop }) {
      const every =
        'every' in frames ? frames.every : 'rate' in frames ? frameRate / frames.rate : 1
      for (let at = 0; at < (pictures?.length ?? 0); at += every) {
        const [index, time] = [Math.floor(at), Math.floor(at) / frameRate]
        const picture = pictures?.[index]
        if (!picture || time < start || time >= end) continue
        yield { ...(crop ? cut(picture, crop) : picture), time, index } satisfies Frame
      }
    },
    close: async () => {},
  }
}

function cut(
  picture: Picture,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * picture.width + left)
    data.set(picture.data.subarray(from, from + 3 * width), 3 * row * width)
  }
  return { width, height, data }
}
