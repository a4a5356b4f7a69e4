/** The page of the tests: what they call, on recordings beside it. */

import type { FileOptions } from '../../../../src/media/decode/page/index.js'
import { openMedia } from '../../../../src/media/decode/page/index.js'
import type {
  Frame,
  FrameRequest,
  SoundBlock,
  Source,
  TimeRange,
} from '../../../../src/media/source.js'
import { webEngine } from '../../../../src/runtime/web.js'
import { type FaceOptions, facesOf, featuresOf } from '../measure.js'

/** Bytes as text, to leave the page with. */
function encode(data: Uint8Array): string {
  let text = ''
  for (let at = 0; at < data.length; at += 8192) {
    text += String.fromCharCode(...data.subarray(at, at + 8192))
  }
  return btoa(text)
}

const bytesOf = (values: Float32Array) =>
  encode(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))

const aboutSource = ({ name, duration, sound, picture, remarks }: Source) => ({
  ...{ name, duration, sound, picture, remarks: [...remarks] },
})

export interface TestOptions extends FileOptions {
  /** Whether it is opened by its address. */
  readonly fetched?: boolean
}

async function openFile(name: string, options?: TestOptions) {
  if (options?.fetched) return openMedia(`./${name}`, options)
  const blob = await (await fetch(`./${name}`)).blob()
  return openMedia(new File([blob], name), options)
}

const bytesAt = async (address: string) =>
  new Uint8Array(await (await fetch(address)).arrayBuffer())

/** The models that come with Limbic. */
const weights = async () => ({
  faces: await bytesAt('./mtcnn.safetensors'),
  expression: await bytesAt('./face-expression.safetensors'),
})

export const calls = {
  async frames(name: string, request: FrameRequest, options?: TestOptions) {
    const source = await openFile(name, options)
    const frames: (Omit<Frame, 'data'> & { data: string })[] = []
    for await (const frame of source.readFrames(request)) {
      frames.push({ ...frame, data: encode(frame.data) })
    }
    await source.close()
    return { ...aboutSource(source), frames }
  },
  async sound(name: string, range?: TimeRange, options?: TestOptions) {
    const source = await openFile(name, options)
    const blocks: SoundBlock[] = []
    for await (const block of source.readSound(range)) blocks.push(block)
    await source.close()
    const channels = Array.from({ length: source.sound?.channels ?? 0 }, (_, channel) => {
      const parts = blocks.map((block) => block.channels[channel] ?? new Float32Array(0))
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        all.set(part, at)
        at += part.length
      }
      return bytesOf(all)
    })
    return { ...aboutSource(source), time: blocks[0]?.time, channels }
  },
  /** Features of sound, rows one after another. */
  async features(name: string) {
    const source = await openFile(name)
    const features = await featuresOf(webEngine(), source)
    await source.close()
    return Object.fromEntries(
      Object.entries(features).map(([feature, { rows, width, data }]) => [
        feature,
        { rows, width, data: bytesOf(data) },
      ]),
    )
  },
  async faces(name: string, options: FaceOptions) {
    const source = await openFile(name)
    const faces = await facesOf(webEngine(), source, await weights(), options)
    await source.close()
    return faces
  },
}

declare global {
  interface Window {
    calls: typeof calls
  }
}
window.calls = calls
