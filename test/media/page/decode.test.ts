/** Files in a page: headless Chromium gives the sound and the frames that Node gives. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import type { FileOptions } from '../../../src/media/decode/options.js'
import type { FrameRequest, TimeRange } from '../../../src/media/source.js'
import { hasBrowser, type OpenPage, type Site, serveSite } from '../../support/browser.js'
import {
  countingPicture,
  framesOf,
  greyOf,
  h264,
  hasFfmpeg,
  runFfmpeg,
  soundOf,
  tones,
} from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'
import { isExact } from './compare.js'
import type { calls } from './site/main.js'

const at = temporaryPaths()
const files = at('files')
const clip = (name: string) => join(files, name)

type Calls = typeof calls
declare const window: { readonly calls: Calls }

/** Colours and edges that show any difference of matrix, range or place. */
const pattern = (seconds: number, size = '320x240') => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds},gblur=sigma=1.5`],
]
const tolerance = isExact ? { largest: 0, mean: 0 } : { largest: 60, mean: 1 }
const inH264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '50']

describe.skipIf(!hasBrowser || !hasFfmpeg)('files in Chromium (needs it, and ffmpeg)', () => {
  let site: Site
  let open: OpenPage

  beforeAll(async () => {
    mkdirSync(files)
    makeClips()
    site = await serveSite(join(import.meta.dirname, 'site'), files, at('site'))
    open = await site.open()
  })
  afterAll(async () => {
    expect(open?.mistakes).toEqual([])
    await site?.[Symbol.asyncDispose]()
  })

  const framesInPage = (name: string, request: FrameRequest, options: FileOptions = {}) =>
    open.page.evaluate(([file, asked, how]) => window.calls.frames(file, asked, how), [
      name,
      request,
      options,
    ] as const)
  const soundInPage = (name: string, range: TimeRange = {}, options: FileOptions = {}) =>
    open.page.evaluate(([file, asked, how]) => window.calls.sound(file, asked, how), [
      name,
      range,
      options,
    ] as const)

  /** The largest and the mean difference of the frames of a file, which must be the same ones. */
  async function compareFrames(name: string, request: FrameRequest) {
    const source = await openMedia(clip(name))
    const frames = await framesOf(source, request)
    const found = await framesInPage(name, request)
    expect(frames.length).toBeGreaterThan(0)
    const about = ({ width, height, time, index }: Omit<(typeof frames)[0], 'data'>) => ({
      ...{ width, height, time, index },
    })
    expect(found.frames.map(about)).toEqual(frames.map(about))
    const differences = frames.map(({ data }, place) => {
      const other = Buffer.from(found.frames[place]?.data ?? '', 'base64')
      expect(other.length).toBe(data.length)
      const each = data.map((level, pixel) => Math.abs(level - (other[pixel] ?? 0)))
      const largest = each.reduce((most, one) => Math.max(most, one), 0)
      return { largest, mean: each.reduce((sum, one) => sum + one, 0) / each.length }
    })
    await source.close()
    return {
      source,
      found,
      largest: Math.max(...differences.map(({ largest }) => largest)),
      mean: Math.max(...differences.map(({ mean }) => mean)),
    }
  }

  const requests: readonly FrameRequest[] = [
    { frames: { every: 15 } },
    { frames: { every: 10 }, start: 0.7, end: 2.2 },
    { frames: { rate: 3 }, longest: 100 },
    { frames: { rate: 2 }, start: 0.6, end: 1.7, longest: 222 },
    { frames: { times: [0, 0.039, 0.04, 0.5, 0.5, 2.97, 4] } },
    { frames: { times: [0.5] }, crop: { left: 33, top: 21, width: 101, height: 90 } },
    { frames: { times: [1] }, crop: { left: 40, top: 21, width: 101, height: 91 }, longest: 48 },
  ]
  test.each(['plain.mp4', 'bt709.mp4', 'full.mp4', 'vp9.webm', 'quarter.mov', 'colour.mkv'])(
    'frames of %s are those of Node',
    async (name) => {
      for (const request of requests) {
        const { largest, mean, source, found } = await compareFrames(name, request)
        expect(largest).toBeLessThanOrEqual(tolerance.largest)
        expect(mean).toBeLessThanOrEqual(tolerance.mean)
        expect(found.picture).toEqual(source.picture)
        expect(found.remarks).toEqual(source.remarks)
      }
    },
  )

  test('frames are the right ones, near the start and where reading begins later', async () => {
    for (const request of [
      { frames: { rate: 2 }, end: 3 },
      { frames: { rate: 5 }, start: 15.5, end: 16.5 },
      { frames: { times: [0.2, 12.3, 19.97] } },
    ]) {
      const { frames } = await framesInPage('counting.mp4', request)
      expect(frames.length).toBeGreaterThan(2)
      for (const { time, data, width } of frames) {
        const level = Buffer.from(data, 'base64')[3 * (width / 2)] ?? 0
        expect(Math.abs(level - greyOf(Math.floor(time * 25 + 1e-6)))).toBeLessThanOrEqual(2)
      }
    }
  })

  test.each(['plain.mp4', 'alone.wav', 'alone.flac', 'alone.mp3', 'alone.ogg', 'alone.opus'])(
    'sound of %s is that of Node, sample by sample',
    async (name) => {
      for (const range of [{}, { start: 0.5, end: 1.25 }]) {
        const source = await openMedia(clip(name))
        const expected = await soundOf(source, range)
        const found = await soundInPage(name, range)
        expect(found.sound).toEqual(source.sound)
        expect(found.time).toBe(expected.time)
        expect(found.remarks).toEqual(source.remarks)
        expected.channels.forEach((channel, place) => {
          const bytes = Buffer.from(found.channels[place] ?? '', 'base64')
          const samples = new Float32Array(Uint8Array.from(bytes).buffer)
          expect(samples.length).toBe(channel.length)
          expect(channel.length).toBeGreaterThan(30_000)
          const largest = samples.reduce(
            (most, sample, sampleAt) => Math.max(most, Math.abs(sample - (channel[sampleAt] ?? 0))),
            0,
          )
          expect(largest).toBeLessThan(1e-5)
        })
        await source.close()
      }
    },
  )

  test('images', async () => {
    for (const name of ['still.png', 'still.jpg']) {
      for (const request of [
        { frames: { every: 1 } },
        { frames: { every: 1 }, crop: { left: 33, top: 21, width: 101, height: 91 }, longest: 50 },
      ]) {
        const { largest, mean } = await compareFrames(name, request)
        expect(largest).toBeLessThanOrEqual(name === 'still.png' ? 1 : 8)
        expect(mean).toBeLessThan(0.1)
      }
    }
  })

  test('what an address gives is what the file gives', async () => {
    const request = { frames: { times: [1] }, longest: 40 }
    const [one, other] = [
      await framesInPage('plain.mp4', request),
      await open.page.evaluate(
        (asked) => window.calls.frames('plain.mp4', asked, { fetched: true }),
        request,
      ),
    ]
    expect(other).toEqual(one)
    await expect(
      open.page.evaluate(() => window.calls.sound('absent.mp4', {}, { fetched: true })),
    ).rejects.toThrow(/absent\.mp4: the recording could not be fetched: got status 404/)
  })

  test('what is cut short is told, and what is there is given', async () => {
    const short = await compareFrames('short.mp4', { frames: { rate: 5 } })
    expect(short.largest).toBeLessThanOrEqual(tolerance.largest)
    expect(short.found.remarks.join('\n')).toMatch(
      /cut short: [\d,]+ bytes by its header, [\d,]+ are there\n.*picture ends at [\d.]+ s, the file says 3 s: the rest is missing/,
    )
    const cluster = await compareFrames('short.mkv', { frames: { rate: 5 } })
    expect(cluster.largest).toBeLessThanOrEqual(tolerance.largest)
    expect(cluster.found.remarks.join('\n')).toMatch(/cut short: .*\n.*the rest is missing/s)
    await expect(
      framesInPage('short.mp4', { frames: { rate: 1 } }, { strict: true }),
    ).rejects.toThrow(/short\.mp4: cut short/)
  })

  test('what lacks sound or picture, and what is turned, is told as in Node', async () => {
    const silent = await compareFrames('silent.mp4', { frames: { rate: 1 } })
    expect(silent.found.remarks).toEqual(['has no sound; its picture is usable'])
    const turned = await compareFrames('turned.mp4', { frames: { rate: 1 }, longest: 99 })
    expect(turned.largest).toBeLessThanOrEqual(tolerance.largest)
    expect(turned.found.picture).toMatchObject({ width: 240, height: 320, rotation: 90 })
    expect(turned.found.remarks).toEqual(turned.source.remarks)
    expect((await soundInPage('blind.mp4')).remarks).toEqual([
      'has no picture; its sound is usable',
    ])
    await expect(soundInPage('silent.mp4')).rejects.toThrow(/silent\.mp4: has no sound/)
    await expect(framesInPage('alone.wav', { frames: { rate: 1 } })).rejects.toThrow(
      /alone\.wav: has no picture/,
    )
  })

  test.each([
    ['empty.mp4', /empty\.mp4: is empty \(0 bytes\)/],
    ['notes.mp4', /notes\.mp4: is not a recording: .* got text/],
    ['late.mp4', /late\.mp4: is cut short: nothing of it is usable/],
    ['old.avi', /old\.avi: cannot be decoded in a page: .* got an AVI, which only Node reads/],
    ['noise.mkv', /noise\.mkv: /],
  ])('%s is one clear mistake', async (name, message) => {
    await expect(soundInPage(name)).rejects.toThrow(message)
  })
})

function makeClips(): void {
  const sound = tones(3, 44100)
  const whole = [...pattern(3), ...sound]
  runFfmpeg(...whole, ...inH264, '-c:a', 'aac', clip('plain.mp4'))
  const tags = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709']
  runFfmpeg(...whole, ...inH264, ...tags, '-c:a', 'aac', clip('bt709.mp4'))
  runFfmpeg(...whole, ...inH264, '-color_range', 'pc', '-c:a', 'aac', clip('full.mp4'))
  runFfmpeg(
    ...whole,
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-c:a',
    'libvorbis',
    clip('vp9.webm'),
  )
  runFfmpeg(...pattern(3, '322x242'), ...sound, ...inH264, '-c:a', 'aac', clip('quarter.mov'))
  const full = ['-c:v', 'libx264', '-pix_fmt', 'yuv444p']
  runFfmpeg(...whole, ...full, '-c:a', 'flac', clip('colour.mkv'))
  runFfmpeg(...countingPicture(500), ...tones(20), ...h264, '-c:a', 'aac', clip('counting.mp4'))
  for (const format of ['wav', 'flac', 'mp3', 'ogg', 'opus']) {
    runFfmpeg(...sound, clip(`alone.${format}`))
  }
  for (const kind of ['png', 'jpg']) {
    runFfmpeg(...pattern(1), '-frames:v', '1', clip(`still.${kind}`))
  }
  const copy = ['-i', clip('plain.mp4'), '-c', 'copy']
  runFfmpeg(...copy, '-movflags', 'faststart', clip('early.mp4'))
  runFfmpeg(...copy, clip('one-cluster.mkv'))
  runFfmpeg(...copy, '-an', clip('silent.mp4'))
  runFfmpeg(...copy, '-vn', clip('blind.mp4'))
  // In version 5.1 `rotate` is counterclockwise.
  runFfmpeg(...copy, '-metadata:s:v', 'rotate=270', clip('turned.mp4'))
  runFfmpeg('-i', clip('plain.mp4'), '-c:v', 'mpeg4', '-c:a', 'mp3', clip('old.avi'))
  const part = (from: string, share: number, to: string) => {
    const bytes = readFileSync(clip(from))
    writeFileSync(clip(to), bytes.subarray(0, bytes.length * share))
  }
  part('early.mp4', 0.6, 'short.mp4')
  part('one-cluster.mkv', 0.6, 'short.mkv')
  part('plain.mp4', 0.7, 'late.mp4')
  writeFileSync(clip('empty.mp4'), '')
  writeFileSync(clip('notes.mp4'), 'Only some words.\nAnd more.\n')
  writeFileSync(
    clip('noise.mkv'),
    Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * n * 31) % 256)),
  )
}
