/** Following faces, with a detector whose faces are known. */
import { describe, expect, test } from 'vitest'
import { readBundledWeights } from '../../../src/disk/assets.js'
import {
  type Box,
  chooseFaces,
  collectFaces,
  expressionLabels,
  type Face,
  type FaceDetector,
  type FaceFrame,
  openExpressionModel,
  openFaceDetector,
  overlapOf,
  trackFaces,
} from '../../../src/media/face/index.js'
import type { Frame, Picture } from '../../../src/media/source.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { flatPicture, framesFrom, noisyPicture } from './support.js'

const boxAt = (x: number, y: number, side = 20): Box => ({
  ...{ left: x, top: y, right: x + side, bottom: y + side },
})

/** Faces by frame; it sees what `detectNear` is asked for only near where it is asked. */
function scripted(
  script: (frame: Frame) => readonly Face[],
): FaceDetector & { searches: number[] } {
  const searches: number[] = []
  const frameOf = (picture: Picture): Frame => {
    if ('time' in picture && typeof picture.time === 'number') {
      return { ...picture, time: picture.time, index: undefined }
    }
    throw new Error('no frame')
  }
  return {
    searches,
    detect: async (picture) => {
      const frame = frameOf(picture)
      searches.push(Math.round(frame.time * 10))
      return [...script(frame)]
    },
    detectNear: async (picture, places) =>
      script(frameOf(picture)).filter(({ box }) =>
        places.some((place) => overlapOf(place, box) > 0.3),
      ),
    close: async () => {},
  }
}

const face = (box: Box, score = 0.99): Face => ({ box, score, landmarks: [] })
const still = (count: number) => framesFrom(Array(count).fill(flatPicture(200, 100, 90)))

async function all(frames: AsyncIterable<FaceFrame>): Promise<FaceFrame[]> {
  const found: FaceFrame[] = []
  for await (const frame of frames) found.push(frame)
  return found
}

const tracksOf = (frames: readonly FaceFrame[]) =>
  frames.map(({ faces }) => faces.map(({ track }) => track))

describe('following', () => {
  test('searches once a second, and keeps the number of a face that moves', async () => {
    const detector = scripted(({ time }) => [face(boxAt(10 + 30 * time, 20))])
    const frames = await all(trackFaces(still(25), detector))
    expect(detector.searches).toEqual([0, 10, 20])
    expect(new Set(tracksOf(frames).flat())).toEqual(new Set([0]))
    expect(frames[7]?.how).toBe('followed')
    expect(frames[7]?.faces[0]?.box.left).toBeCloseTo(31)
  })

  test('tells two people apart who pass each other on different heights', async () => {
    const detector = scripted(({ time }) => {
      const people = [face(boxAt(10 + 60 * time, 5)), face(boxAt(150 - 60 * time, 50))]
      return time > 1 ? people.reverse() : people
    })
    const frames = await all(trackFaces(still(20), detector))
    for (const { faces, frame } of frames) {
      const upper = faces.find(({ box }) => box.top === 5)
      const lower = faces.find(({ box }) => box.top === 50)
      expect([upper?.track, lower?.track, frame.time]).toEqual([0, 1, frame.time])
    }
  })

  test('searches at once when a face is lost or unsure; the number comes back soon, not late', async () => {
    const detector = scripted(({ time }) => {
      const tenth = Math.round(time * 10)
      if ((tenth >= 3 && tenth <= 5) || (tenth >= 11 && tenth <= 20)) return []
      return [face(boxAt(40, 40), tenth === 8 ? 0.75 : 0.99)]
    })
    const frames = await all(trackFaces(still(24), detector))
    expect(detector.searches).toContain(3)
    expect(detector.searches).toContain(8)
    expect(frames[4]?.faces).toEqual([])
    expect(frames[4]?.how).toBe('passed')
    expect(tracksOf(frames)[9]).toEqual([0])
    expect(tracksOf(frames)[23]).toEqual([1])
  })

  test('frames further apart than the patience keep numbers, and faces are followed', async () => {
    const detector = scripted(() => [face(boxAt(30, 20)), face(boxAt(120, 20))])
    async function* slow(seconds: number) {
      let count = 0
      for await (const frame of still(6)) yield { ...frame, time: seconds * count++ }
    }
    const frames = await all(trackFaces(slow(0.6), detector))
    expect(tracksOf(frames)).toEqual(Array(6).fill([0, 1]))
    expect(frames.map(({ how }) => how === 'searched')).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ])
    // Minutes later it may be anybody.
    expect(tracksOf(await all(trackFaces(slow(60), detector)))[1]).toEqual([2, 3])
  })

  test('a cut ends all tracks and searches the new scene', async () => {
    const pictures = [
      ...Array(4).fill(flatPicture(200, 100, 20)),
      ...Array(4).fill(flatPicture(200, 100, 200)),
    ]
    const detector = scripted(() => [face(boxAt(40, 40))])
    const frames = await all(trackFaces(framesFrom(pictures), detector))
    expect(detector.searches).toEqual([0, 4])
    expect(tracksOf(frames).flat()).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
  })

  test('without a face it searches only now and then; a search each frame can be had', async () => {
    const detector = scripted(() => [])
    const rare = await all(trackFaces(still(10), detector, { absent: 0.5 }))
    expect(detector.searches).toEqual([0, 5])
    expect(rare.every(({ faces }) => faces.length === 0)).toBe(true)
    const keen = scripted(() => [])
    await all(trackFaces(still(5), keen, { absent: 0 }))
    expect(keen.searches).toEqual([0, 1, 2, 3, 4])
  })

  test('options below 0 are refused', async () => {
    const wrong = all(
      trackFaces(
        still(1),
        scripted(() => []),
        { again: -1 },
      ),
    )
    await expect(wrong).rejects.toThrow('expected 0 or more, got -1')
  })
})

test('whose face: the largest, the most central, all, none', () => {
  const faces = [face(boxAt(0, 0, 40)), face(boxAt(90, 40, 20))]
  const size = { width: 200, height: 100 }
  expect(chooseFaces(faces, 'largest', size)).toEqual([faces[0]])
  expect(chooseFaces(faces, 'central', size)).toEqual([faces[1]])
  expect(chooseFaces(faces, 'all', size)).toEqual(faces)
  expect(chooseFaces([], 'largest', size)).toEqual([])
})

test('a frame without a face is missing: left out, or the centre, with times and mask', async () => {
  const detector = () => scripted(({ time }) => (time === 0.1 ? [] : [face(boxAt(40, 40))]))
  const follow = () => trackFaces(still(3), detector(), { absent: 0 })
  const sequence = await collectFaces(follow(), { size: 4 })
  expect(sequence.length).toBe(2)
  expect([...sequence.times]).toEqual([0, 0.2])
  expect([...sequence.mask]).toEqual([1, 0, 1])
  expect([...sequence.frameTimes]).toEqual([0, 0.1, 0.2])
  expect(sequence.crops).toEqual(new Float32Array(2 * 3 * 16).fill(90))
  const filled = await collectFaces(follow(), { size: 4, missing: 'centre' })
  expect(filled.length).toBe(3)
  expect(filled.faces.map((one) => one?.track)).toEqual([0, undefined, 0])
  expect([...filled.mask]).toEqual([1, 0, 1])
})

describe('the networks that come with Limbic', () => {
  test('find no face in noise, in one colour, or in a tiny picture', async () => {
    const detector = await openFaceDetector(nodeEngine, readBundledWeights('faces'))
    for (const picture of [noisyPicture(64, 48), flatPicture(64, 48, 0), flatPicture(3, 2, 255)]) {
      expect(await detector.detect(picture)).toEqual([])
      expect(await detector.detectNear(picture, [boxAt(-50, -50, 20), boxAt(1, 1, 2)])).toEqual([])
    }
    expect(await detector.detectNear(noisyPicture(64, 48), [])).toEqual([])
    await detector.close()
  })

  test('refuse options and weights that do not fit', async () => {
    const weights = readBundledWeights('faces')
    const open = (options: object) => openFaceDetector(nodeEngine, weights, options)
    await expect(open({ smallestFace: 5 })).rejects.toThrow('at least 12 pixels')
    await expect(open({ factor: 1 })).rejects.toThrow('factor')
    await expect(open({ thresholds: [0.6, 0.7, 2] })).rejects.toThrow('thresholds')
    const other = readBundledWeights('expression')
    await expect(openFaceDetector(nodeEngine, other)).rejects.toThrow('pnet')
    await expect(openFaceDetector(nodeEngine, weights.subarray(0, 100))).rejects.toThrow('MTCNN')
  })

  test('give probabilities of seven emotions, the same alone and in a batch', async () => {
    const model = await openExpressionModel(nodeEngine, readBundledWeights('expression'))
    const one = { picture: noisyPicture(70, 60, 'a'), box: boxAt(10, 10, 45) }
    const two = { picture: noisyPicture(48, 48, 'b') }
    const [together = new Float32Array(), other] = await model.probabilities([one, two])
    const [alone = new Float32Array()] = await model.probabilities([one])
    expect(alone).toHaveLength(expressionLabels.length)
    expect(other).not.toEqual(together)
    for (const [place, value] of alone.entries()) expect(together[place]).toBeCloseTo(value, 5)
    expect(alone.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    expect(await model.logits([])).toEqual([])
    const outside = { picture: two.picture, box: boxAt(100, 100) }
    await expect(model.logits([outside])).rejects.toThrow('outside the picture')
    await model.close()
  })
})
