/** Frames of files: which, when, how large, and which way up. */
import { describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import type { FrameRequest } from '../../../src/media/source.js'
import {
  countingPicture,
  framesOf,
  greyOf,
  h264,
  hasFfmpeg,
  runFfmpeg,
  tones,
} from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

/** Whole seconds times 1, 2, ... of the numbers of frames, by their grey levels. */
const middle = ({ data, width }: { data: Uint8Array; width: number }) => data[3 * (width / 2)] ?? 0

describe.skipIf(!hasFfmpeg)('frames of a video (needs ffmpeg)', () => {
  const clip = at('clip.mp4')
  test('is made', () => {
    runFfmpeg(...countingPicture(500), ...tones(20), ...h264, '-c:a', 'aac', clip)
  })

  /** Numbers and times of frames, whose grey levels must be those of their numbers. */
  async function read(request: FrameRequest, path = clip) {
    const source = await openMedia(path)
    const frames = await framesOf(source, request)
    await source.close()
    for (const frame of frames) {
      expect(frame.data.length).toBe(3 * frame.width * frame.height)
      if (frame.index !== undefined) {
        expect(Math.abs(middle(frame) - greyOf(frame.index))).toBeLessThanOrEqual(2)
      }
    }
    return { frames, source, shown: frames.map(({ index, time }) => [index, time]) }
  }

  test('every 15th, the rule of MESM: by number, with its own time', async () => {
    const { shown, source } = await read({ frames: { every: 15 } })
    expect(shown).toEqual(Array.from({ length: 34 }, (_, n) => [15 * n, (15 * n) / 25]))
    expect(source.remarks).toEqual([])
    expect(source.picture).toEqual({ width: 64, height: 48, rotation: 0, frameRate: 25 })
  })

  test.each([0.7, 2, 3, 7, 25, 40])(
    'at %d Hz: those shown at the times asked for',
    async (rate) => {
      const { shown } = await read({ frames: { rate } })
      const times = Array.from({ length: 1000 }, (_, slot) => slot / rate).filter(
        (time) => time < 20,
      )
      expect(shown).toEqual(times.map((time) => [Math.floor(time * 25 + 1e-6), time]))
    },
  )

  test('at times: repeated ones, close ones, those past the end left out', async () => {
    const times = [0, 0.039, 0.04, 0.041, 0.041, 3, 19.97, 19.999, 20, 35]
    const { shown } = await read({ frames: { times: times.slice(0, 6) } })
    expect(shown).toEqual([0, 0, 1, 1, 1, 75].map((index, place) => [index, times[place]]))
    const late = await read({ frames: { times } })
    expect(late.frames.map(({ time }) => time)).toEqual(times.slice(0, 8))
    for (const frame of late.frames.slice(-2)) {
      expect(Math.abs(middle(frame) - greyOf(499))).toBeLessThanOrEqual(2)
    }
  })

  test('a part far from the start is sought and is the same', async () => {
    const { frames } = await read({ frames: { rate: 5 }, start: 15.5, end: 16.5 })
    expect(frames.map(({ time }) => time)).toEqual([15.6, 15.8, 16, 16.2, 16.4])
    for (const frame of frames) {
      const number = Math.floor(frame.time * 25 + 1e-6)
      expect(Math.abs(middle(frame) - greyOf(number))).toBeLessThanOrEqual(2)
    }
  })

  test('a part by numbers counts from the start of the recording', async () => {
    const { shown } = await read({ frames: { every: 10 }, start: 1, end: 2.5 })
    expect(shown).toEqual([30, 40, 50, 60].map((index) => [index, index / 25]))
  })

  test('a reader that stops early leaves nothing running', async () => {
    const running = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
    const before = running()
    const source = await openMedia(clip)
    for await (const frame of source.readFrames({ frames: { every: 1 } })) {
      if ((frame.index ?? 0) >= 3) break
    }
    await source.close()
    const open = source.readFrames({ frames: { every: 1 } })[Symbol.asyncIterator]()
    await open.next()
    await source.close()
    await open.return?.()
    expect(running()).toBe(before)
  })

  test('an uneven rate is told, and frames keep their own times', async () => {
    const uneven = at('uneven.mkv')
    const drop = ['-vf', 'select=not(between(n\\,20\\,39))', '-fps_mode', 'passthrough']
    runFfmpeg('-i', clip, '-t', '4', ...drop, ...h264, '-an', uneven)
    const source = await openMedia(uneven)
    const frames = await framesOf(source, { frames: { every: 10 } })
    expect(frames.map(({ time }) => Number(time.toFixed(2)))).toEqual([
      0, 0.4, 1.6, 2, 2.4, 2.8, 3.2, 3.6,
    ])
    const held = await framesOf(source, { frames: { times: [0.75, 1, 1.59, 1.61] } })
    held.forEach((frame, place) => {
      const number = [18, 19, 19, 40][place] ?? 0
      expect(Math.abs(middle(frame) - greyOf(number))).toBeLessThanOrEqual(2)
    })
    expect(source.remarks.join('\n')).toMatch(/the frame rate varies: frames last 0\.04 to 0\.84 s/)
    expect(source.remarks.join('\n')).toMatch(/has no sound; its picture is usable/)
  })
})

describe.skipIf(!hasFfmpeg)('the picture (needs ffmpeg)', () => {
  /** Red, green / blue, white. */
  const quarters = at('quarters.mp4')
  const box = (colour: string, x: number, y: number) => `drawbox=${x}:${y}:80:60:${colour}:fill`
  const colours = [box('0xff0000', 0, 0), box('0x00ff00', 80, 0), box('0x0000ff', 0, 60)].join(',')

  test('is made', () => {
    const still = `color=white:s=160x120:r=10:d=1,format=rgb24,${colours}`
    runFfmpeg('-f', 'lavfi', '-i', still, ...h264, quarters)
  })

  /** The colours in the middles of the four quarters, by name. */
  async function look(path: string, request: Partial<FrameRequest> = {}) {
    const source = await openMedia(path)
    const [frame] = await framesOf(source, { frames: { times: [0.5] }, ...request })
    if (!frame) throw new Error('no frame')
    const colour = (x: number, y: number) => {
      const place = 3 * (Math.floor(y * frame.height) * frame.width + Math.floor(x * frame.width))
      const [red = 0, green = 0, blue = 0] = frame.data.subarray(place, place + 3)
      return `${red > 128 ? 'r' : ''}${green > 128 ? 'g' : ''}${blue > 128 ? 'b' : ''}`
    }
    const [one, three] = [0.25, 0.75]
    return {
      size: [frame.width, frame.height],
      colours: [colour(one, one), colour(three, one), colour(one, three), colour(three, three)],
      source,
    }
  }

  test('comes as it is', async () => {
    const { size, colours } = await look(quarters)
    expect(size).toEqual([160, 120])
    expect(colours).toEqual(['r', 'g', 'b', 'rgb'])
  })

  test.each([
    [90, [120, 160], ['b', 'r', 'rgb', 'g']],
    [180, [160, 120], ['rgb', 'b', 'g', 'r']],
    [270, [120, 160], ['g', 'rgb', 'r', 'b']],
  ])('turned by %d degrees, it is given upright', async (degrees, size, colours) => {
    const path = at(`turned-${degrees}.mp4`)
    // In version 5.1 `rotate` is counterclockwise.
    runFfmpeg('-i', quarters, '-c', 'copy', '-metadata:s:v', `rotate=${360 - degrees}`, path)
    const seen = await look(path)
    expect(seen.source.picture).toMatchObject({
      rotation: degrees,
      width: size[0],
      height: size[1],
    })
    expect(seen.size).toEqual(size)
    expect(seen.colours).toEqual(colours)
    expect(seen.source.remarks.join()).toContain(`rotated by ${degrees} degrees`)
    const [width = 0, height = 0] = size.map((side) => side / 2)
    const cut = await look(path, { crop: { left: width, top: 0, width, height }, longest: 40 })
    expect(cut.size).toEqual(size.map((side) => side / 4))
    expect(new Set(cut.colours)).toEqual(new Set([colours[1]]))
  })

  test('is cut and scaled, never enlarged', async () => {
    const request = { crop: { left: 81, top: 11, width: 79, height: 101 }, longest: 50 }
    const { size, colours } = await look(quarters, request)
    expect(size).toEqual([39, 50])
    expect(colours).toEqual(['g', 'g', 'rgb', 'rgb'])
    expect((await look(quarters, { longest: 999 })).size).toEqual([160, 120])
  })

  test.each([
    [{ crop: { left: 81, top: 0, width: 80, height: 20 } }, 'the crop is outside the picture'],
    [{ crop: { left: 0.5, top: 0, width: 8, height: 20 } }, 'the crop is outside the picture'],
    [{ longest: 0 }, 'invalid longest side'],
    [{ frames: { every: 0 } }, 'invalid rule for frames'],
    [{ frames: { rate: Number.NaN } }, 'invalid rule for frames'],
    [{ frames: { times: [2, 1] } }, 'invalid rule for frames'],
    [{ start: 2, end: 1 }, 'invalid range of time'],
  ])('%j is refused', async (request, message) => {
    await expect(look(quarters, request)).rejects.toThrow(message)
  })
})
