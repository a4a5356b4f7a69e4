/** Sound of files: rate, channels, levels and times. */
import { copyFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import {
  amplitude,
  countingPicture,
  hasFfmpeg,
  loudness,
  runFfmpeg,
  soundOf,
  tones,
} from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

const formats: readonly (readonly [string, readonly string[], number])[] = [
  ['wav', ['-c:a', 'pcm_f32le'], 1e-6],
  ['flac', [], 1e-4],
  ['mp3', ['-b:a', '192k'], 0.02],
  ['m4a', ['-b:a', '192k'], 0.02],
  ['ogg', ['-c:a', 'libvorbis', '-q:a', '7'], 0.02],
  ['mkv', ['-c:a', 'pcm_s16le'], 1e-4],
  ['webm', ['-c:a', 'libopus', '-b:a', '192k'], 0.02],
  ['avi', ['-c:a', 'pcm_s16le'], 1e-4],
  ['mov', ['-c:a', 'pcm_s16le'], 1e-4],
  ['mp4', ['-c:a', 'aac', '-b:a', '192k'], 0.02],
]

describe.skipIf(!hasFfmpeg)('sound (needs ffmpeg)', () => {
  test.each(formats)(
    'of %s: both channels, each with its own tone at its own level',
    async (ending, codec, off) => {
      const path = at(`tones.${ending}`)
      runFfmpeg(...tones(3), ...codec, path)
      const source = await openMedia(path)
      expect(source.sound).toEqual({ rate: 48000, channels: 2 })
      const { time, channels } = await soundOf(source)
      const [left = new Float32Array(), right = new Float32Array()] = channels
      expect(time).toBe(0)
      expect(left.length / 48000).toBeGreaterThan(2.98)
      expect(left.length / 48000).toBeLessThan(3.1)
      const inside = [left, right].map((channel) => channel.subarray(24000, 24000 + 96000))
      expect(Math.abs(amplitude(inside[0] ?? left, 300, 48000) - 0.5)).toBeLessThan(off)
      expect(Math.abs(amplitude(inside[1] ?? left, 500, 48000) - 0.25)).toBeLessThan(off)
      expect(amplitude(inside[0] ?? left, 500, 48000)).toBeLessThan(0.01)
    },
  )

  test('is exact to the sample, by part and as a whole', async () => {
    const path = at('exact.wav')
    runFfmpeg(...tones(15, 16000), '-c:a', 'pcm_f32le', path)
    const source = await openMedia(path)
    const all = await soundOf(source)
    expect(all.channels[0]?.length).toBe(240000)
    all.channels[0]?.forEach((sample, n) => {
      expect(Math.abs(sample - 0.5 * Math.sin((2 * Math.PI * 300 * n) / 16000))).toBeLessThan(1e-6)
    })
    for (const [start, end] of [
      [0.5, 1.00007],
      [12.3456, 13.1],
      [14.5, 99],
    ] as const) {
      const part = await soundOf(source, { start, end })
      const [first, last] = [Math.floor(start * 16000), Math.floor(end * 16000)]
      expect(part.time).toBe(first / 16000)
      expect(part.channels).toEqual(all.channels.map((channel) => channel.slice(first, last)))
    }
    expect(source.remarks).toEqual([])
  })

  test('with a hole within keeps its times: filled with silence', async () => {
    const path = at('hole.mkv')
    const drop = "aselect='not(between(t,1,1.5))'"
    runFfmpeg(...tones(3, 8000), '-af', drop, '-c:a', 'pcm_f32le', path)
    const source = await openMedia(path)
    const [left = new Float32Array()] = (await soundOf(source)).channels
    expect(left.length / 8000).toBeCloseTo(3, 1)
    expect(loudness(left.subarray(9000, 11500))).toBe(0)
    for (const [from, to] of [
      [0, 7000],
      [13000, 23000],
    ] as const) {
      const part = left.subarray(from, to)
      part.forEach((sample, n) => {
        const expected = 0.5 * Math.sin((2 * Math.PI * 300 * (from + n)) / 8000)
        expect(Math.abs(sample - expected)).toBeLessThan(0.06)
      })
    }
    const part = await soundOf(source, { start: 0.9, end: 1.7 })
    expect(part.channels[0]).toEqual(left.slice(7200, 13600))
    expect(source.remarks.join()).toMatch(/sound is missing from 1[.\d]* s to 1\.[45]\d* s/)
  })

  test('keeps six channels apart', async () => {
    const path = at('six.wav')
    const six = [1, 2, 3, 4, 5, 6].map((n) => `${n / 10}*sin(2*PI*${100 * n}*t)`).join('|')
    runFfmpeg('-f', 'lavfi', '-i', `aevalsrc=${six}:s=16000:d=1:c=5.1`, '-c:a', 'pcm_f32le', path)
    const { channels } = await soundOf(await openMedia(path))
    expect(channels.map((channel) => Number(loudness(channel).toFixed(3)))).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => Number((n / 10 / Math.SQRT2).toFixed(3))),
    )
  })

  test('that begins late begins with silence, and is told', async () => {
    const path = at('late.mkv')
    const delayed = ['-itsoffset', '1.5', ...tones(1)]
    runFfmpeg(...countingPicture(75), ...delayed, '-c:v', 'ffv1', '-c:a', 'pcm_s16le', path)
    const source = await openMedia(path)
    const { time, channels } = await soundOf(source)
    expect(time).toBe(0)
    expect(loudness(channels[0]?.subarray(0, 71900) ?? new Float32Array(1))).toBe(0)
    expect(loudness(channels[0]?.subarray(72100) ?? new Float32Array(1))).toBeCloseTo(0.3536, 2)
    expect(source.remarks).toContain('sound begins at 1.5 s')
  })

  test.each(['-y', 'a:b.wav', '%d.wav', "it's [odd], \\ really;.wav", 'pipe:0.wav'])(
    'comes from a file of any name: %s',
    async (name) => {
      copyFileSync(at('exact.wav'), at(name))
      const source = await openMedia(at(name))
      expect((await soundOf(source, { end: 0.1 })).channels[0]?.length).toBe(1600)
    },
  )

  test('is missing from a silent film, which says so', async () => {
    const path = at('silent.mp4')
    runFfmpeg(...countingPicture(10), path)
    const source = await openMedia(path)
    expect(source.sound).toBeUndefined()
    expect(source.remarks).toEqual(['has no sound; its picture is usable'])
    await expect(soundOf(source)).rejects.toThrow('has no sound')
    await expect(openMedia(path, { strict: true })).rejects.toThrow('silent.mp4: has no sound')
  })
})
