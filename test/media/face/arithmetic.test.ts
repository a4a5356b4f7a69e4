/** Resizing, suppression and boxes against plain slow references. */
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import {
  holdsPixels,
  overlapOf,
  type ScoredBox,
  squareAround,
} from '../../../src/media/face/box.js'
import {
  cropCentre,
  cropCentreAsPublished,
  cropFace,
  cropRegion,
} from '../../../src/media/face/index.js'
import {
  partOfLevel,
  pixelsOf,
  pyramidScales,
  scalesFor,
} from '../../../src/media/face/mtcnn/cascade.js'
import { suppress } from '../../../src/media/face/mtcnn/suppress.js'
import { AreaTable, sourceOf } from '../../../src/media/face/resize/area.js'
import { resizeLikePillow } from '../../../src/media/face/resize/pillow.js'
import { greyOf } from '../../../src/media/face/resize/planes.js'
import type { Picture } from '../../../src/media/source.js'
import { largestGap } from '../sound/support.js'
import { flatPicture, noisyPicture } from './support.js'

const at = ({ width, data }: Picture, row: number, column: number, colour: number) =>
  data[(row * width + column) * 3 + colour] ?? Number.NaN

/** The mean of every bin, pixel by pixel. */
function naiveArea(
  picture: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
  [columns, rows]: readonly [number, number],
): number[] {
  const means: number[] = []
  for (let colour = 0; colour < 3; colour++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let [sum, count] = [0, 0]
        for (let y = 0; y < bottom - top; y++) {
          if (y < Math.floor((row * (bottom - top)) / rows)) continue
          if (y >= Math.ceil(((row + 1) * (bottom - top)) / rows)) continue
          for (let x = 0; x < right - left; x++) {
            if (x < Math.floor((column * (right - left)) / columns)) continue
            if (x >= Math.ceil(((column + 1) * (right - left)) / columns)) continue
            sum += at(picture, top + y, left + x, colour)
            count++
          }
        }
        means.push(sum / count)
      }
    }
  }
  return means
}

describe('area resizing by sums', () => {
  test.each([
    [
      [0, 0, 31, 17],
      [7, 5],
    ],
    [
      [3, 2, 30, 17],
      [27, 15],
    ],
    [
      [5, 4, 9, 7],
      [11, 13],
    ],
    [
      [0, 0, 1, 1],
      [1, 1],
    ],
    [
      [30, 16, 31, 17],
      [3, 2],
    ],
  ] as const)('%j to %j equals means pixel by pixel', (part, size) => {
    const picture = noisyPicture(31, 17)
    const [left, top, right, bottom] = part
    const region = { left, top, right, bottom }
    const want = naiveArea(picture, part, size)
    for (const table of [new AreaTable(picture), new AreaTable(picture, region)]) {
      const ours = new Float32Array(3 * size[0] * size[1])
      table.resize(region, { width: size[0], height: size[1] }, ours)
      expect(largestGap(ours, want)).toBeLessThan(1e-4)
    }
  })

  test('a part equals that part of the whole result, from a table of its sources alone', () => {
    const picture = noisyPicture(31, 17)
    const whole = { left: 0, top: 0, right: 31, bottom: 17 }
    const size = { width: 12, height: 9 }
    const part = { left: 2, top: 3, right: 7, bottom: 9 }
    const all = new Float32Array(3 * 12 * 9)
    new AreaTable(picture).resize(whole, size, all)
    const ours = new Float32Array(3 * 5 * 6)
    const levels = { offset: 0, factor: 1 }
    new AreaTable(picture, sourceOf(whole, size, part)).resizePart(whole, size, part, ours, levels)
    const want = Array.from(ours, (_, place) => {
      const [colour, row, column] = [Math.floor(place / 30), Math.floor(place / 5) % 6, place % 5]
      return all[colour * 108 + (row + 3) * 12 + column + 2] ?? Number.NaN
    })
    expect(largestGap(ours, want)).toBeLessThan(1e-4)
  })

  test('sums wrap without harm', () => {
    // 17.0 million white pixels sum to more than 2^32 for each colour; parts of them do not.
    const picture = flatPicture(4200, 4100, 255)
    const ours = new Float32Array(12)
    const whole = { left: 0, top: 0, right: 4200, bottom: 4100 }
    new AreaTable(picture).resize(whole, { width: 2, height: 2 }, ours)
    expect([...ours]).toEqual(Array(12).fill(255))
  })

  test('a region beyond the picture is refused', () => {
    const beyond = { left: 0, top: 0, right: 9, bottom: 8 }
    expect(() => new AreaTable(flatPicture(8, 8, 1), beyond)).toThrow('reaches beyond the picture')
  })
})

describe('suppression', () => {
  const random = new RandomStream(8, 'boxes')
  const boxes = Array.from({ length: 120 }, (): ScoredBox => {
    const [left, top] = [random.uniform() * 60, random.uniform() * 60]
    const [width, height] = [5 + random.uniform() * 30, 5 + random.uniform() * 30]
    return { left, top, right: left + width, bottom: top + height, score: random.uniform() }
  })

  function shareOf(one: ScoredBox, other: ScoredBox, measure: 'union' | 'minimum'): number {
    const extra = measure === 'union' ? 0 : 1
    const length = (low: number, high: number) => Math.max(high - low + extra, 0)
    const area = (box: ScoredBox) => length(box.left, box.right) * length(box.top, box.bottom)
    const shared =
      length(Math.max(one.left, other.left), Math.min(one.right, other.right)) *
      length(Math.max(one.top, other.top), Math.min(one.bottom, other.bottom))
    const whole =
      measure === 'union' ? area(one) + area(other) - shared : Math.min(area(one), area(other))
    return shared / whole
  }

  test.each(['union', 'minimum'] as const)(
    'by %s equals taking the best again and again',
    (measure) => {
      for (const most of [0.1, 0.5, 0.7]) {
        const want: ScoredBox[] = []
        let left = [...boxes]
        while (left.length > 0) {
          const best = left.reduce((high, box) => (box.score > high.score ? box : high))
          want.push(best)
          left = left.filter((box) => box !== best && shareOf(best, box, measure) <= most)
        }
        expect(suppress(boxes, most, measure)).toEqual(want)
        expect(want.length).toBeGreaterThan(1)
        expect(want.length).toBeLessThan(boxes.length)
      }
    },
  )

  test('of nothing is nothing', () => expect(suppress([], 0.5)).toEqual([]))
})

describe('boxes', () => {
  test('overlap is symmetric, 1 with itself, 0 apart', () => {
    const one = { left: 0, top: 0, right: 4, bottom: 2 }
    const other = { left: 2, top: 0, right: 6, bottom: 2 }
    expect(overlapOf(one, other)).toBeCloseTo(1 / 3)
    expect(overlapOf(other, one)).toBe(overlapOf(one, other))
    expect(overlapOf(one, one)).toBe(1)
    expect(overlapOf(one, { left: 4, top: 0, right: 6, bottom: 2 })).toBe(0)
    expect(overlapOf({ ...one, right: 0 }, { ...one, right: 0 })).toBe(0)
  })

  test('a square keeps the centre and takes the longer side', () => {
    const square = squareAround({ left: 10, top: 0, right: 14, bottom: 10 })
    expect(square).toEqual({ left: 7, top: 0, right: 17, bottom: 10 })
  })

  test('pixels are truncated, counted from 1, and end with the picture', () => {
    const size = { width: 20, height: 10 }
    expect(pixelsOf({ left: 3.9, top: -5, right: 25, bottom: 9.9 }, size)).toEqual({
      ...{ left: 2, top: 0, right: 20, bottom: 9 },
    })
    expect(pixelsOf({ left: 21.5, top: 0, right: 30, bottom: 9 }, size)).toBeUndefined()
  })

  test('a box holds pixels or lies outside', () => {
    const size = { width: 30, height: 20 }
    const holds = (left: number, top: number, right: number, bottom: number) =>
      holdsPixels({ left, top, right, bottom }, size)
    expect(holds(-5, -5, 1, 1)).toBe(true)
    expect(holds(28.2, 18.9, 40, 40)).toBe(true)
    expect(holds(-5, -5, 0.9, 5)).toBe(false)
    expect(holds(29.99, 0, 29.999, 5)).toBe(false)
    expect(holds(30, 2, 40, 5)).toBe(false)
    expect(holds(2, 20, 5, 40)).toBe(false)
  })

  test('the pyramid ends where the picture is smaller than the network', () => {
    const scales = pyramidScales({ width: 100, height: 40 }, 20, 0.5)
    expect(scales).toEqual([0.6, 0.3])
    expect(pyramidScales({ width: 19, height: 100 }, 20, 0.5)).toEqual([])
  })
})

describe('windows of the pyramid', () => {
  const level = { width: 41, height: 30 }

  test('begin on even pixels, and end on even ones or with the level', () => {
    const box = { left: 11, top: -4, right: 90, bottom: 33 }
    expect(partOfLevel(level, box, 0.5)).toEqual({ left: 4, top: 0, right: 41, bottom: 18 })
    expect(partOfLevel(level, { ...box, bottom: 12 }, 0.5)).toBeUndefined()
  })

  test('are at the scales that show the face about 12 pixels wide; at the nearest if there is none', () => {
    const scales = [0.6, 0.42, 0.3, 0.15, 0.06]
    expect(scalesFor(scales, 40)).toEqual([0.6, 0.42, 0.3])
    expect(scalesFor(scales, 5)).toEqual([0.6])
    expect(scalesFor(scales, 900)).toEqual([0.06])
    expect(scalesFor([], 30)).toEqual([])
  })
})

describe('crops', () => {
  const picture = noisyPicture(60, 50)

  test('shrink by exact areas: the mean stays', () => {
    const box = { left: 2, top: 1, right: 58, bottom: 50 }
    const crop = cropFace(picture, box, { size: 7 })
    for (let colour = 0; colour < 3; colour++) {
      let sum = 0
      for (let y = 1; y < 50; y++) for (let x = 2; x < 58; x++) sum += at(picture, y, x, colour)
      const mean = crop.slice(49 * colour, 49 * (colour + 1)).reduce((a, b) => a + b, 0) / 49
      expect(mean).toBeCloseTo(sum / (49 * 56), 3)
    }
  })

  test('at the same size nothing changes', () => {
    const crop = cropFace(picture, { left: 5, top: 6, right: 15, bottom: 16 }, { size: 10 })
    expect(crop[0]).toBeCloseTo(at(picture, 6, 5, 0), 4)
    expect(crop[100 + 23]).toBeCloseTo(at(picture, 8, 8, 1), 4)
  })

  test('the centre is the centre, also of a smaller picture', () => {
    const crop = cropCentre(picture, 10)
    expect(crop[0]).toBe(at(picture, 20, 25, 0))
    expect(crop[299]).toBe(at(picture, 29, 34, 2))
    const wide = cropCentre(flatPicture(2, 2, 9), 4)
    expect([...wide.slice(0, 16)]).toEqual([0, 0, 0, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0])
  })

  test('the published centre crop is half a crop to the left of where the height puts it', () => {
    const crop = cropCentreAsPublished(picture, 20)
    expect(crop[0]).toBe(at(picture, 15, 5, 0))
    expect(crop[1199]).toBe(at(picture, 34, 24, 2))
    expect(() => cropCentreAsPublished(picture)).toThrow('at least 96 rows')
  })

  test('a margin as large as the crop, and a box outside, are refused', () => {
    const box = { left: 70, top: 0, right: 80, bottom: 9 }
    expect(() => cropRegion(picture, box, { size: 8, margin: 8 })).toThrow('invalid margin')
    expect(() => cropFace(picture, box)).toThrow('outside the picture')
  })
})

describe('as Pillow', () => {
  test('grey is the rounded luma', () => {
    const picture = { width: 3, height: 1, data: Uint8Array.from([255, 0, 0, 0, 255, 0, 7, 7, 7]) }
    expect([...greyOf(picture, { left: 0, top: 0, right: 3, bottom: 1 })]).toEqual([76, 150, 7])
  })

  test('bilinear: enlarging by 2 gives quarters, shrinking a triangle', () => {
    const line = Uint8Array.from([0, 100, 200])
    const from = { width: 3, height: 1, channels: 1 }
    expect([...resizeLikePillow(line, from, { width: 6, height: 1 })]).toEqual([
      ...[0, 25, 75, 125, 175, 200],
    ])
    // Weights 0.75, 0.75, 0.25 of a triangle two pixels wide.
    const four = Uint8Array.from([0, 100, 200, 40])
    const half = resizeLikePillow(four, { ...from, width: 4 }, { width: 2, height: 1 })
    expect([...half]).toEqual([Math.round(125 / 1.75), Math.round(205 / 1.75)])
  })
})
