/** Images and folders of numbered images as recordings. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openImages, openMedia } from '../../../src/media/decode/node/index.js'
import { countingPicture, framesOf, greyOf, hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

describe.skipIf(!hasFfmpeg)('images (need ffmpeg)', () => {
  test.each(['png', 'jpg'])('a folder of numbered %s is a recording at a rate', async (ending) => {
    mkdirSync(at(ending))
    runFfmpeg(...countingPicture(30), '-q:v', '1', at(ending, `image_%d.${ending}`))
    const source = await openMedia(at(ending), { rate: 10 })
    expect(source).toMatchObject({ duration: 3, sound: undefined, remarks: [] })
    expect(source.picture).toEqual({ width: 64, height: 48, rotation: 0, frameRate: 10 })
    const check = async (request: Parameters<typeof framesOf>[1], expected: number[][]) => {
      const frames = await framesOf(source, request)
      expect(frames.map(({ index, time }) => [index, time])).toEqual(expected)
      for (const { index, data } of frames) {
        expect(Math.abs((data[0] ?? 0) - greyOf(index ?? 0))).toBeLessThanOrEqual(2)
      }
    }
    await check({ frames: { every: 7 } }, [
      [0, 0],
      [7, 0.7],
      [14, 1.4],
      [21, 2.1],
      [28, 2.8],
    ])
    await check({ frames: { rate: 20 }, start: 2.8 }, [
      [28, 2.8],
      [28, 2.85],
      [29, 2.9],
      [29, 2.95],
    ])
    await check({ frames: { times: [0.05, 0.05, 1, 3] } }, [
      [0, 0.05],
      [0, 0.05],
      [10, 1],
    ])
  })

  test('every pixel of a PNG comes as it is, cut and not', async () => {
    runFfmpeg('-f', 'lavfi', '-i', 'testsrc2=s=50x40:d=0.04', '-pix_fmt', 'rgb24', at('one.png'))
    runFfmpeg('-i', at('one.png'), '-f', 'rawvideo', '-pix_fmt', 'rgb24', at('one.rgb'))
    const pixels = readFileSync(at('one.rgb'))
    const source = await openMedia(at('one.png'))
    expect(source.duration).toBeUndefined()
    const [whole] = await framesOf(source, { frames: { every: 1 } })
    expect(Buffer.from(whole?.data ?? [])).toEqual(pixels)
    const crop = { left: 3, top: 5, width: 11, height: 7 }
    const [part] = await framesOf(source, { frames: { every: 1 }, crop })
    const rows = Array.from({ length: 7 }, (_, row) => {
      const place = 3 * ((5 + row) * 50 + 3)
      return pixels.subarray(place, place + 33)
    })
    expect(Buffer.from(part?.data ?? [])).toEqual(Buffer.concat(rows))
  })

  test('holes, and images that are damaged, foreign or of another size, are told and left out', async () => {
    const folder = at('holes')
    mkdirSync(folder)
    const name = (n: number) => at('holes', `f${String(n).padStart(3, '0')}.png`)
    runFfmpeg(...countingPicture(12), at('holes', 'f%03d.png'))
    rmSync(name(3))
    writeFileSync(name(5), readFileSync(name(5)).subarray(0, 60))
    writeFileSync(name(6), 'no image')
    runFfmpeg(...countingPicture(1, 25, '32x32'), name(7))
    const broken = readFileSync(name(9))
    const data = broken.indexOf('IDAT') + 4
    broken.fill(0x33, data, data + 10)
    writeFileSync(name(9), broken)
    const source = await openMedia(folder)
    const frames = await framesOf(source, { frames: { every: 1 } })
    expect(frames.map(({ index }) => index)).toEqual([0, 1, 3, 7, 9, 10, 11])
    expect(
      frames.map(({ data, index = 0 }) => Math.abs((data[0] ?? 0) - greyOf(index)) < 3),
    ).not.toContain(false)
    const told = source.remarks.join('\n')
    expect(told).toContain('images are missing (frames 2, counted from 0)')
    expect(told).toContain('frame 4 ("f005.png") is left out: its end is missing')
    expect(told).toContain('frame 5 ("f006.png") is left out: it is not a JPEG or PNG')
    expect(told).toContain(
      'frame 6 ("f007.png") is left out: it has 32 x 32 pixels, the first 64 x 48',
    )
    expect(told).toContain('frame 8 ("f009.png") is left out: it cannot be decoded')
    await expect(openMedia(folder, { strict: true })).rejects.toThrow('images are missing')
  })

  test('images of different depths in one folder', async () => {
    mkdirSync(at('depths'))
    const grey = ['-f', 'lavfi', '-i', 'color=0x808080:s=16x16:d=0.04', '-frames:v', '1']
    for (const [place, format] of ['rgb24', 'gray', 'rgba', 'rgb48be'].entries()) {
      runFfmpeg(...grey, '-pix_fmt', format, at('depths', `${place}.png`))
    }
    const frames = await framesOf(await openMedia(at('depths')), { frames: { every: 1 } })
    expect(frames).toHaveLength(4)
    for (const { data } of frames) expect(Math.abs((data[0] ?? 0) - 128)).toBeLessThanOrEqual(2)
  })

  test('files in any order, by their paths', async () => {
    const paths = [9, 2, 5].map((n) => at('png', `image_${n}.png`))
    renameSync(paths[1] ?? '', at('png', '-odd:%d name.png'))
    paths[1] = at('png', '-odd:%d name.png')
    const frames = await framesOf(await openImages(paths), { frames: { every: 1 } })
    expect(frames.map(({ data }) => Math.round((data[0] ?? 0) / 3))).toEqual(
      [8, 1, 4].map((n) => Math.round(greyOf(n) / 3)),
    )
  })

  test('an image that is no whole one is refused', async () => {
    writeFileSync(at('half.png'), readFileSync(at('one.png')).subarray(0, 300))
    await expect(openMedia(at('half.png'))).rejects.toThrow('the image is damaged or cut short')
  })
})
