/** Pictures of a clip and measurements of its face, as a recipe names them. */
import { describe, expect, test } from 'vitest'
import { Graph, reduceMean, writeModel } from '../../../src/graph/index.js'
import { measure } from '../../../src/media/extract/measurements.js'
import { recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
import { recording } from '../../support/recordings.js'
import { flatPicture } from '../face/support.js'
import { bytesOf, open } from './extracting.js'

describe('the picture of a clip', () => {
  const pictures = [10, 20, 30, 40, 50, 60].map((level) => flatPicture(100, 60, level))
  const faces = (changes = {}) =>
    recipeSchema.parse({
      name: 'faces',
      vision: { ...recipeNamed('mesm').vision, frames: { by: 'number', every: 2 }, ...changes },
    })

  test('without a face is the centre of its frames, or nothing', async () => {
    const source = recording({ pictures })
    const { features, remarks } = await (await open(faces())).extract({ picture: { source } })
    expect(features.vision).toMatchObject({ dataType: 'uint8', shape: [3, 48, 48], length: 3 })
    expect(new Set(bytesOf(features.vision))).toEqual(new Set([10, 30, 50]))
    expect([...(features.vision?.times ?? [])]).toEqual([0, 0.2, 0.4])
    expect(remarks).toEqual(['a face is seen in 0 of 3 frames'])
    const left = await open(faces({ missing: 'leave out' }))
    expect(await left.extract({ picture: { source } })).toEqual({
      features: {},
      remarks: ['no face is seen'],
    })
  })

  test('is that of the speaker where halves are told apart', async () => {
    const data = new Uint8Array(3 * 200 * 60)
    // Dark on the left, bright on the right.
    for (let pixel = 0; pixel < 200 * 60; pixel++)
      data.fill(pixel % 200 < 100 ? 10 : 200, 3 * pixel, 3 * pixel + 3)
    const source = recording({ pictures: [{ width: 200, height: 60, data }] })
    const extractor = await open(faces())
    for (const [half, level] of [
      ['left', 10],
      ['right', 200],
    ] as const) {
      const { features } = await extractor.extract({ picture: { source }, half })
      expect(new Set(bytesOf(features.vision))).toEqual(new Set([level]))
    }
  })

  test('is what a network of somebody makes of it', async () => {
    const graph = new Graph()
    const input = graph.input('picture', 'float32', ['batch', 3, 32, 32])
    const imageNetwork = writeModel({
      inputs: graph.inputs,
      outputs: new Map([['means', reduceMean(input, [2, 3])]]),
    })
    const vision = {
      ...recipeNamed('selfcross').vision,
      sees: 'frame',
      width: 3,
      size: 32,
      frames: { by: 'number', every: 3 },
    }
    const recipe = (changes = {}) =>
      recipeSchema.parse({ name: 'network', vision: { ...vision, ...changes } })
    const source = recording({ pictures })
    const { features } = await (await open(recipe(), { imageNetwork })).extract({
      picture: { source },
    })
    expect(features.vision).toMatchObject({ shape: [3], length: 2 })
    const [red = 0, green = 0, blue = 0] = features.vision?.values ?? []
    expect([Number(red), Number(green), Number(blue)]).toEqual([
      expect.closeTo((10 / 255 - 0.485) / 0.229, 4),
      expect.closeTo((10 / 255 - 0.456) / 0.224, 4),
      expect.closeTo((10 / 255 - 0.406) / 0.225, 4),
    ])
    const wide = await open(recipe({ width: 4 }), { imageNetwork })
    await expect(wide.extract({ picture: { source } })).rejects.toThrow(
      /another width: expected 4 numbers per picture, got 3/,
    )
  })
})

describe('measurements of a face', () => {
  const box = { left: 10, top: 10, right: 30, bottom: 50 }
  const landmarks = [
    [15, 20],
    [25, 20],
    [20, 30],
    [15, 40],
    [25, 40],
  ].map(([x = 0, y = 0]) => ({ x, y }))
  const logits = [1, 2, 3, 4, 5, 6, 7]
  const seen = (time: number, move = 0, track = 0) => ({
    time,
    logits,
    picture: { width: 100, height: 80 },
    face: {
      ...{ track, score: 0.9 },
      box: { ...box, left: box.left + move, right: box.right + move },
      landmarks: landmarks.map(({ x, y }) => ({ x: x + move, y })),
    },
  })

  test('are 35: logits, score, place, landmarks, tilt, and how place and landmarks move', () => {
    const measured = [...measure(seen(1))]
    expect(measured).toHaveLength(35)
    expect(measured.slice(0, 12).map((value) => Math.round(1e4 * value) / 1e4)).toEqual([
      ...logits,
      0.9,
      0.2,
      0.375,
      0.5,
      -0.125,
    ])
    expect(measured.slice(21)).toEqual(new Array(14).fill(0))
  })

  test('move by shares of the picture a second, of the same person and without a gap', () => {
    const [x = 0] = measure(seen(1.1, 5), seen(1)).slice(22)
    expect(x).toBeCloseTo(0.05 / 0.1, 5)
    for (const before of [seen(1, 0, 3), seen(0)]) {
      expect([...measure(seen(1.1, 5), before)].slice(22)).toEqual(new Array(13).fill(0))
    }
  })
})
