/** Files that are cut short, damaged, empty or no recordings: one line each, and never a crash. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import {
  countingPicture,
  framesOf,
  h264,
  hasFfmpeg,
  recordingFormats,
  runFfmpeg,
  soundOf,
  tones,
} from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

/** Those whose end can be missing: pictures are one frame, and an index at the end is a case of its own. */
const cuttable = Object.entries(recordingFormats).filter(
  ([name]) => !/^(clip\.mp4|turned\.mov|sound\.m4a|image\..*)$/.test(name),
)

describe.skipIf(!hasFfmpeg)('a file cut at 60 % (needs ffmpeg)', () => {
  test.each(cuttable)('%s gives what is there and tells the rest', async (name, codecs) => {
    runFfmpeg(...countingPicture(100), ...tones(4), ...codecs, at(name))
    const bytes = readFileSync(at(name))
    writeFileSync(at(`cut-${name}`), bytes.subarray(0, bytes.length * 0.6))
    const source = await openMedia(at(`cut-${name}`))
    const sound = await soundOf(source)
    const length = (sound.channels[0]?.length ?? 0) / (source.sound?.rate ?? 1)
    expect(length).toBeGreaterThan(1)
    expect(length).toBeLessThan(3.2)
    if (source.picture) {
      const frames = await framesOf(source, { frames: { every: 1 } })
      expect(frames.length).toBeGreaterThan(25)
      expect(frames.length).toBeLessThan(85)
      expect(source.remarks.join('\n')).toMatch(/picture ends at [\d.]+ s, the file says 4/)
    }
    const told = source.remarks.join('\n')
    expect(told).toMatch(/sound ends at [\d.]+ s, the file says [\d.]+ s: the rest|cut short/)
    for (const line of source.remarks) expect(line).not.toContain('\n')

    const strict = (async () => {
      const refused = await openMedia(at(`cut-${name}`), { strict: true })
      await soundOf(refused)
    })()
    await expect(strict).rejects.toMatchObject({ name: 'LimbicError' })
    const whole = await openMedia(at(name), { strict: !name.startsWith('sound') })
    await soundOf(whole)
    expect(whole.remarks.filter((line) => !line.includes('frame rate'))).toEqual([])
  })

  test('an mp4 whose index was at its end has nothing to give', async () => {
    const args = [...countingPicture(50), ...tones(2), ...h264, '-c:a', 'aac']
    runFfmpeg(...args, at('late-index.mp4'))
    const bytes = readFileSync(at('late-index.mp4'))
    writeFileSync(at('no-index.mp4'), bytes.subarray(0, bytes.length * 0.8))
    await expect(openMedia(at('no-index.mp4'))).rejects.toThrow(/cut short: its index is missing/)
  })

  test('damage in the middle is told; the rest is given', async () => {
    const bytes = readFileSync(at('clip.mkv'))
    for (let place = 0; place < 400; place++) bytes[Math.floor(bytes.length / 2) + place] = 0x55
    writeFileSync(at('damaged.mkv'), bytes)
    const source = await openMedia(at('damaged.mkv'))
    expect((await framesOf(source, { frames: { every: 1 } })).length).toBeGreaterThan(50)
    expect(source.remarks.join('\n')).toMatch(/picture is damaged \(".+"/)
    const strict = await openMedia(at('damaged.mkv'), { strict: true })
    await expect(framesOf(strict, { frames: { every: 1 } })).rejects.toThrow(/picture is damaged/)
  })

  test('a file longer than its head says is given whole', async () => {
    const bytes = readFileSync(at('clip.mkv'))
    // The duration of a Matroska file: element 0x4489, eight bytes, a double in milliseconds.
    const place = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]))
    bytes.writeDoubleBE(1500, place + 3)
    writeFileSync(at('longer.mkv'), bytes)
    const source = await openMedia(at('longer.mkv'))
    expect(source.duration).toBe(1.5)
    expect(await framesOf(source, { frames: { every: 1 } })).toHaveLength(100)
    expect(source.remarks).toEqual([
      'picture ends at 4.02 s, the file says 1.5 s: all of it is used',
    ])
  })

  test('sound that changes its rate within is given at one', async () => {
    for (const [name, rate] of [
      ['one', 22050],
      ['two', 44100],
    ] as const) {
      runFfmpeg(
        ...tones(rate === 22050 ? 8 : 1, rate),
        '-c:a',
        'mp3',
        '-write_xing',
        '0',
        at(`${name}.mp3`),
      )
    }
    writeFileSync(
      at('both.mp3'),
      Buffer.concat([readFileSync(at('one.mp3')), readFileSync(at('two.mp3')).subarray(45)]),
    )
    const source = await openMedia(at('both.mp3'))
    expect(source.sound?.rate).toBe(22050)
    const { channels } = await soundOf(source)
    expect((channels[0]?.length ?? 0) / 22050).toBeGreaterThan(8.9)
    expect((channels[0]?.length ?? 0) / 22050).toBeLessThan(9.2)
    expect(source.remarks.join('\n')).toMatch(/sound changes to 44100 Hz at 8[.\d]* s/)
  })
})

describe.skipIf(!hasFfmpeg)('what is no recording is told for what it is:', () => {
  const others: Readonly<Record<string, readonly [string | Buffer, RegExp]>> = {
    'empty.mp4': ['', /empty \(0 bytes\)/],
    'notes.mp4': ['Only some words.\nAnd more.\n', /is not a recording: .* got text/],
    'page.wav': ['<!doctype html><p>Not found</p>', /got a web page/],
    'words.mp4': ['1\n00:00:01,000 --> 00:00:02,000\nHello\n', /got subtitles \(SubRip\)/],
    'list.mp4': ['#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n', /got text/],
    'concat.mp4': ["ffconcat version 1.0\nfile '/etc/passwd'\n", /got text/],
    'paper.mkv': [Buffer.from('%PDF-1.7\n\x00\xff'), /got a PDF document/],
    'noise.mp4': [Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * n * 31) % 256)), /./],
  }
  test.each(Object.entries(others))('%s', async (name, [content, message]) => {
    writeFileSync(at(name), content)
    const opened = openMedia(at(name))
    await expect(opened).rejects.toMatchObject({ name: 'LimbicError' })
    await expect(opened).rejects.toThrow(message)
  })

  test('nothing, a folder without images', async () => {
    mkdirSync(at('bare'))
    await expect(openMedia(at('bare'))).rejects.toThrow(/a folder with 0 images/)
    await expect(openMedia(at('absent.mp4'))).rejects.toThrow(/no such file/)
  })
})

describe('ffmpeg', () => {
  const before = { LIMBIC_FFMPEG: process.env.LIMBIC_FFMPEG, PATH: process.env.PATH }
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })

  test('that is named and does not run is refused', async () => {
    writeFileSync(at('some.mp4'), 'x')
    process.env.LIMBIC_FFMPEG = at('no-such-program')
    await expect(openMedia(at('some.mp4'))).rejects.toThrow(
      /LIMBIC_FFMPEG: there is no working ffmpeg.*no-such-program/,
    )
  })

  test('that is nowhere is named with all three ways to have it', async () => {
    process.env.LIMBIC_FFMPEG = ''
    process.env.PATH = at('bare')
    await expect(openMedia(at('some.mp4'))).rejects.toThrow(
      /Install ffmpeg.*npm install @ffmpeg-installer\/ffmpeg.*LIMBIC_FFMPEG/,
    )
  })

  test.skipIf(process.platform === 'win32')('that hangs is stopped', async () => {
    const script = join(at('bare'), 'hanging')
    const version = 'libavutil 57. 28.100'
    const body = `[ "$1" = -version ] && { echo "${version}"; exit; }\nexec sleep 60`
    writeFileSync(script, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
    process.env.LIMBIC_FFMPEG = script
    const begun = Date.now()
    await expect(openMedia(at('some.mp4'), { patience: 0.5 })).rejects.toThrow(
      /no progress for 0.5 s/,
    )
    expect(Date.now() - begun).toBeLessThan(30_000)
  })
})

test.skipIf(!hasFfmpeg)(
  'a frame that lasts for years ends the picture (needs ffmpeg)',
  async () => {
    const codecs = ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp3']
    runFfmpeg(...countingPicture(30), ...tones(1.2, 16_000), ...codecs, at('years.avi'))
    const bytes = readFileSync(at('years.avi'))
    // The scale and rate of the stream's header: frames a second as a fraction.
    const header = bytes.indexOf('strh')
    bytes.writeUInt32LE(0x01010101, header + 28)
    bytes.writeUInt32LE(1, header + 32)
    writeFileSync(at('years.avi'), bytes)
    const source = await openMedia(at('years.avi'))
    const frames = await framesOf(source, { frames: { rate: 0.5 }, longest: 16 })
    expect(frames.length).toBe(901)
    expect(source.remarks).toContain('picture stands still from 0 s on: the rest of it is left out')
    const strict = await openMedia(at('years.avi'), { strict: true })
    await expect(framesOf(strict, { frames: { rate: 0.5 } })).rejects.toThrow(/stands still/)
  },
)
