/** A live camera and microphone: Chromium's fake devices play files, of which Node makes the same numbers. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import type { Frame, Source } from '../../../src/media/source.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import {
  fakeDevices,
  hasBrowser,
  type OpenPage,
  type Site,
  serveSite,
} from '../../support/browser.js'
import { framesOf, hasFfmpeg, runFfmpeg, soundOf } from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'
import { expectSameFaces, expectSameFeatures, isExact, numbersFrom } from './compare.js'
import { facesOf, featuresOf } from './measure.js'
import type { calls } from './site/main.js'

declare const window: { readonly calls: typeof calls }

const at = temporaryPaths()
const files = at('files')
const file = (name: string) => join(files, name)
const assets = resolve(import.meta.dirname, '../../../assets')
const weights = {
  faces: readFileSync(join(assets, 'mtcnn.safetensors')),
  expression: readFileSync(join(assets, 'face-expression.safetensors')),
}
/** What the fake microphone gives, in Hz, and the fake camera. */
const rate = 44_100
const frameRate = 10

describe.skipIf(!hasBrowser || !hasFfmpeg)(
  'live devices in Chromium (needs it, and ffmpeg)',
  () => {
    let site: Site
    let open: OpenPage

    beforeAll(async () => {
      mkdirSync(files)
      const camera = `testsrc2=s=320x240:r=${frameRate}:d=5,gblur=sigma=2`
      runFfmpeg('-f', 'lavfi', '-i', camera, '-pix_fmt', 'yuv420p', file('camera.y4m'))
      runFfmpeg('-i', file('camera.y4m'), '-c:v', 'ffv1', file('camera.mkv'))
      // Loud enough in each band: the file has 16 bits, and Chromium scales halves differently.
      const left = '0.2*sin(2*PI*(200*t+90*t*t))+0.5*(random(0)-0.5)'
      const voice = `aevalsrc=${left}|0.2*sin(2*PI*(900*t-60*t*t)):s=${rate}:d=5`
      runFfmpeg('-f', 'lavfi', '-i', voice, file('microphone.wav'))
      for (const name of ['mtcnn.safetensors', 'face-expression.safetensors']) {
        copyFileSync(join(assets, name), file(name))
      }
      site = await serveSite(join(import.meta.dirname, 'site'), files, at('site'))
      open = await site.open(
        ...fakeDevices(file('camera.y4m'), file('microphone.wav')),
        '--autoplay-policy=no-user-gesture-required',
      )
    })
    afterAll(async () => {
      expect(open?.mistakes).toEqual([])
      await site?.[Symbol.asyncDispose]()
    })

    const request = { frames: { rate: 2 } } as const
    const thresholds = [0.3, 0.05, 0.01] as const

    // A machine too busy to play the devices leaves holes, which are no mistake of the page.
    test.each([
      ['by processors of tracks', false],
      ['by a video element and an audio worklet', true],
    ])('%s give the numbers of their files', { retry: 3 }, async (_, isFallback) => {
      // Devices need some time to come in step.
      const [start, seconds] = [0.25, 3]
      const live = await open.page.evaluate((how) => window.calls.live(how), {
        ...{ start, seconds, request, thresholds, isFallback },
      })
      expect(live).toMatchObject({ rate, duration: undefined, remarks: [] })
      expect(live.picture).toMatchObject({ width: 320, height: 240, rotation: 0 })

      const played = await recordingOf('microphone.wav')
      const channels = live.channels.map(numbersFrom)
      expect(channels.length).toBe(played.channels.length)
      const offset = offsetOf(channels[0], played.channels[0])
      for (const [channel, samples] of channels.entries()) {
        const off = samples.reduce(
          (most, sample, place) =>
            Math.max(most, Math.abs(sample - cyclic(played.channels[channel], place + offset))),
          0,
        )
        expect(off).toBeLessThan(1e-4)
      }
      const heard = played.channels.map((samples) =>
        Float32Array.from(channels[0] ?? [], (_, place) => cyclic(samples, place + offset)),
      )
      const sound = soundSource(heard)
      expectSameFeatures(await featuresOf(nodeEngine, sound), live.features)

      const source = await openMedia(file('camera.mkv'))
      const stored = await framesOf(source, { frames: { every: 1 } })
      const shown = live.frames.map(({ data }) => nearest(Buffer.from(data, 'base64'), stored))
      expect(shown.length).toBeGreaterThanOrEqual(2 * seconds - 3)
      const tolerance = isExact ? 0 : 1
      for (const [place, { index, mean }] of shown.entries()) {
        expect(mean).toBeLessThanOrEqual(tolerance)
        const [first, frame] = [live.frames[0], live.frames[place]]
        const passed = (frame?.time ?? 0) - (first?.time ?? 0)
        // The camera may be a frame late.
        const steps = (index - (shown[0]?.index ?? 0) + stored.length) % stored.length
        expect(Math.abs(steps - passed * frameRate)).toBeLessThan(1.5)
      }
      const expected = await facesOf(
        nodeEngine,
        framesSource(stored, live.frames, shown),
        weights,
        {
          ...{ request, thresholds },
        },
      )
      await source.close()
      expectSameFaces(expected, live.faces)
    })

    test('what nobody reads is forgotten, and readers end when the source is closed', async () => {
      const begin = await open.page.evaluate((how) => window.calls.late(how), { keep: 1, wait: 3 })
      for (const time of Object.values(begin)) {
        expect(time).toBeGreaterThan(1.5)
        expect(time).toBeLessThan(4)
      }
    })

    test('a stream without tracks is one clear mistake', async () => {
      expect(await open.page.evaluate(() => window.calls.mistake())).toBe(
        'LimbicError: nothing: has no track: expected sound, a picture, or both',
      )
    })
  },
)

async function recordingOf(name: string) {
  const source = await openMedia(file(name))
  const sound = await soundOf(source)
  await source.close()
  return sound
}

/** A sample of a file that is played again and again. */
const cyclic = (samples: Float32Array | undefined, place: number) =>
  samples?.[place % samples.length] ?? Number.NaN

/** Where in a file that is played again and again a sound begins. */
function offsetOf(
  sound: Float32Array = new Float32Array(0),
  file: Float32Array = new Float32Array(0),
): number {
  const from = Math.floor(sound.length / 2)
  let best = { off: Infinity, place: 0 }
  for (let place = 0; place < file.length; place++) {
    let off = 0
    for (let at = 0; at < 400 && off < best.off; at++) {
      off += Math.abs((sound[from + at] ?? 0) - cyclic(file, place + at))
    }
    if (off < best.off) best = { off, place }
  }
  return (best.place - (from % file.length) + file.length) % file.length
}

/** The frame that looks most like a picture, and by how much it differs on average. */
function nearest(picture: Uint8Array, frames: readonly Frame[]) {
  const means = frames.map(
    ({ data }) =>
      data.reduce((sum, level, place) => sum + Math.abs(level - (picture[place] ?? 0)), 0) /
      data.length,
  )
  const mean = Math.min(...means)
  return { index: means.indexOf(mean), mean }
}

const nothing: Source = {
  ...{ name: 'test', duration: undefined, sound: undefined, picture: undefined, remarks: [] },
  async *readSound() {},
  async *readFrames() {},
  close: async () => {},
}

const soundSource = (channels: readonly Float32Array[]): Source => ({
  ...nothing,
  async *readSound() {
    yield { time: 0, rate, channels }
  },
})

/** The frames of a file at the times at which they were seen. */
const framesSource = (
  frames: readonly Frame[],
  seen: readonly { readonly time: number }[],
  shown: readonly { readonly index: number }[],
): Source => ({
  ...nothing,
  async *readFrames() {
    for (const [place, { time }] of seen.entries()) {
      const frame = frames[shown[place]?.index ?? 0]
      if (frame) yield { ...frame, time, index: undefined }
    }
  },
})
