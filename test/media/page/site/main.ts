/** The page of the tests: what they call, on recordings beside it. */

import { openWordsFolder } from '../../../../src/media/words/index.js'
import { checkClip, clipRecipe } from '../../../../src/use/clip-sample.js'
import {
  type FeatureTrack,
  type FileOptions,
  type Frame,
  type FrameRequest,
  LimbicError,
  loadModel,
  openExtractor,
  openLive,
  openMedia,
  recipeNamed,
  recognise,
  type SoundBlock,
  type Source,
  type TimeRange,
  webEngine,
} from '../../../../src/web.js'
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

async function framesOf(source: Source, request: FrameRequest) {
  const frames: (Omit<Frame, 'data'> & { data: string })[] = []
  for await (const frame of source.readFrames(request)) {
    frames.push({ ...frame, data: encode(frame.data) })
  }
  return frames
}

/** All samples of a range, a channel each, and the time of the first. */
async function soundOf(source: Source, range?: TimeRange) {
  const blocks: SoundBlock[] = []
  for await (const block of source.readSound(range)) blocks.push(block)
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
  return { time: blocks[0]?.time, channels }
}

/** Features as text. */
const encoded = (features: Readonly<Record<string, FeatureTrack>>) =>
  Object.fromEntries(
    Object.entries(features).map(([feature, { rows, width, data }]) => [
      feature,
      { rows, width, data: bytesOf(data) },
    ]),
  )

/** What is read of a fake camera and microphone. */
export interface LiveTest {
  readonly start: number
  readonly seconds: number
  readonly request: FrameRequest
  readonly thresholds: readonly [number, number, number]
  /** Whether the browser is one without `MediaStreamTrackProcessor`. */
  readonly isFallback?: boolean
}

/** Devices as they are, without what makes calls pleasant. */
function askForDevices() {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  return navigator.mediaDevices.getUserMedia({ audio: raw, video: true })
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
    const frames = await framesOf(source, request)
    await source.close()
    return { ...aboutSource(source), frames }
  },
  async sound(name: string, range?: TimeRange, options?: TestOptions) {
    const source = await openFile(name, options)
    const sound = await soundOf(source, range)
    await source.close()
    return { ...aboutSource(source), ...sound }
  },
  /** Some seconds of a fake camera and microphone, measured as they come. */
  async live({ start, seconds, request, thresholds, isFallback = false }: LiveTest) {
    const withProcessor = { MediaStreamTrackProcessor: window.MediaStreamTrackProcessor }
    if (isFallback) Object.assign(window, { MediaStreamTrackProcessor: undefined })
    const stream = await askForDevices()
    // Computing while devices play would make a slow machine drop some of it.
    const source = await openLive(stream, { keep: 60 })
    Object.assign(window, withProcessor)
    const part: Source = {
      ...source,
      readSound: () => source.readSound({ start, end: seconds }),
      readFrames: (asked) => source.readFrames({ ...asked, start, end: seconds }),
    }
    const [sound, frames] = await Promise.all([soundOf(part), framesOf(part, request)])
    const features = await featuresOf(webEngine(), part)
    const faces = await facesOf(webEngine(), part, await weights(), { request, thresholds })
    await source.close()
    for (const track of stream.getTracks()) track.stop()
    const about = { ...aboutSource(source), rate: source.sound?.rate, ...sound }
    return { ...about, features: encoded(features), frames, faces }
  },
  /** What is there of the sound and the picture of devices that nobody read for a while. */
  async late({ keep, wait }: { readonly keep: number; readonly wait: number }) {
    const stream = await askForDevices()
    const source = await openLive(stream, { keep, name: 'devices' })
    await new Promise((resolve) => setTimeout(resolve, 1000 * wait))
    const begin = { sound: Number.NaN, picture: Number.NaN }
    for await (const { time } of source.readSound()) {
      begin.sound = time
      break
    }
    for await (const { time } of source.readFrames({ frames: { every: 1 } })) {
      begin.picture = time
      break
    }
    const reading = source.readSound()[Symbol.asyncIterator]()
    while (!(await reading.next()).done) await source.close()
    for (const track of stream.getTracks()) track.stop()
    return begin
  },
  /** What a recipe names of a clip. */
  async extract(name: string, recipe: string) {
    const source = await openFile(name)
    const extractor = await openExtractor(webEngine(), recipeNamed(recipe), await weights())
    const { features, remarks } = await extractor.extract({
      sound: { source },
      picture: { source },
    })
    await extractor.close()
    await source.close()
    const numbers = Object.entries(features).map(
      ([feature, { shape, length, values, times }]) =>
        [
          feature,
          { shape, length, values: Array.from(values, Number), times: [...(times ?? [])] },
        ] as const,
    )
    return { features: Object.fromEntries(numbers), remarks }
  },
  /** What an exported model of recordings answers to a clip in which something is said. */
  async answer(name: string, file: string, text: string) {
    await using model = await loadModel(`./${file}`)
    const recipe = clipRecipe(model)
    const pieces = await bytesAt('./vocab.txt')
    const folder = { name: 'page', has: (own: string) => own === 'vocab.txt', read: () => pieces }
    if (!recipe.text || recipe.text.kind === 'glove') throw new Error('no tokens')
    const words = await openWordsFolder(webEngine(), recipe.text, folder, {})
    const extractor = await openExtractor(webEngine(), recipe, { ...(await weights()), words })
    const source = await openFile(name)
    const clip = { sound: { source }, picture: { source }, text }
    const { features } = await extractor.extract(clip)
    await extractor.close()
    await source.close()
    const [answer] = await model.predictChecked([checkClip(model, name, features)])
    return { probabilities: answer && 'probabilities' in answer ? answer.probabilities : {} }
  },
  async recognise(name: string) {
    const blob = await (await fetch(`./${name}`)).blob()
    return recognise(new File([blob], name), {
      models: {
        faces: './mtcnn.safetensors',
        expression: './face-expression.safetensors',
        voice: './starter-voice.onnx',
      },
    })
  },
  /** Reads all of a file whose bytes are given as text; what it says of it, or why it refuses. */
  async attack(name: string, text: string) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    try {
      const source = await openMedia(new File([bytes], name), { patience: 8 })
      try {
        let count = 0
        if (source.sound)
          for await (const { channels } of source.readSound()) count += channels.length
        const request = { frames: { rate: 5 }, longest: 320 } as const
        if (source.picture) for await (const { width } of source.readFrames(request)) count += width
        return { told: [...source.remarks], count }
      } finally {
        await source.close()
      }
    } catch (error) {
      if (error instanceof LimbicError) return { told: [error.message], count: 0 }
      throw error
    }
  },
  async mistake() {
    const stream = new MediaStream()
    return openLive(stream, { name: 'nothing' }).then(String, String)
  },
  /** Features of sound, rows one after another. */
  async features(name: string) {
    const source = await openFile(name)
    const features = await featuresOf(webEngine(), source)
    await source.close()
    return encoded(features)
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
