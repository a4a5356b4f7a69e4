/** What a recipe names of a clip, made of recordings in memory. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../../src/base/random.js'
import { readBundledWeights } from '../../../src/disk/assets.js'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph, reduceMean, writeModel } from '../../../src/graph/index.js'
import { alignToWords } from '../../../src/media/extract/align.js'
import {
  type ClipExtractor,
  type ClipFeature,
  openExtractor,
} from '../../../src/media/extract/index.js'
import { measure } from '../../../src/media/extract/measurements.js'
import { type Recipe, recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
import { soundPresets } from '../../../src/media/sound/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { sharedPath } from '../../support/folders.js'
import { recording } from '../../support/recordings.js'
import { flatPicture } from '../face/support.js'
import { largestGap } from '../sound/support.js'

const rate = 16_000
const noise = (seconds: number, name: string, loud = 0.1) => {
  const random = new RandomStream(3, name)
  return Float32Array.from({ length: seconds * rate }, () => random.uniform(-loud, loud))
}
const bytesOf = (feature: ClipFeature | undefined): number[] =>
  Array.from(feature?.values ?? [], Number)
const opened: ClipExtractor[] = []
const open = async (recipe: Recipe, more = {}) => {
  const faces = readBundledWeights('faces')
  const expression = readBundledWeights('expression')
  const extractor = await openExtractor(nodeEngine, recipe, { faces, expression, ...more })
  opened.push(extractor)
  return extractor
}
afterAll(() => Promise.all(opened.map((extractor) => extractor.close())))

const sound = (changes: Partial<NonNullable<Recipe['audio']>> = {}, aligned = false) =>
  recipeSchema.parse({
    name: 'sound',
    audio: { feature: soundPresets.energy(rate), cutSilence: false, chunk: null, ...changes },
    aligned,
  })

describe('the sound of a clip', () => {
  test('is a row every 10 ms, timed from the start of the clip', async () => {
    const extractor = await open(sound())
    const source = recording({ channels: [noise(2, 'whole')] })
    const clip = { sound: { source, range: { start: 0.5, end: 1.5 } } }
    const { features, remarks } = await extractor.extract(clip)
    const { audio } = features
    expect(audio).toMatchObject({ dataType: 'float32', shape: [1], length: 101 })
    expect([...(audio?.times?.subarray(0, 2) ?? [])]).toEqual([0, expect.closeTo(0.01, 9)])
    expect(remarks).toEqual([])
    const whole = await extractor.extract({ sound: { source } })
    // The middle of the clip is that of the recording: what is beyond its ends is not in it.
    expect(
      largestGap(
        audio?.values.slice(10, 90) as Float32Array,
        whole.features.audio?.values.slice(60, 140) as Float32Array,
      ),
    ).toBe(0)
  })

  test('is that of the speaker where channels are told apart', async () => {
    const extractor = await open(sound())
    const [left, right] = [noise(1, 'left', 0.5), noise(1, 'right', 0.01)]
    const source = recording({ channels: [left, right] })
    const alone = async (channel: Float32Array) =>
      (await extractor.extract({ sound: { source: recording({ channels: [channel] }) } })).features
    const told = async (channel?: 'left' | 'right') =>
      (await extractor.extract({ sound: { source }, ...(channel && { channel }) })).features
    expect(await told('left')).toEqual(await alone(left))
    expect(await told('right')).toEqual(await alone(right))
    const mixed = left.map((sample, at) => (sample + (right[at] ?? 0)) / 2)
    expect(await told()).toEqual(await alone(mixed))
  })

  test('comes in chunks, the last filled up with zeros, timed at their middles', async () => {
    const rows = await open(sound())
    const chunks = await open(sound({ chunk: 40 }))
    const source = recording({ channels: [noise(1, 'chunks')] })
    const { audio: each } = (await rows.extract({ sound: { source } })).features
    const { audio } = (await chunks.extract({ sound: { source } })).features
    expect(audio).toMatchObject({ shape: [1, 1, 40], length: 3 })
    expect(audio?.values.slice(0, 101)).toEqual(each?.values)
    expect([...(audio?.values.slice(101) ?? [])]).toEqual(new Array(19).fill(0))
    expect([...(audio?.times ?? [])]).toEqual(
      [0.195, 0.595, 0.9].map((time) => expect.closeTo(time, 9)),
    )
  })

  test('is without pauses where the recipe cuts them, and then without times', async () => {
    const extractor = await open(sound({ cutSilence: true }))
    const pause = new Float32Array(rate)
    const joined = new Float32Array(3 * rate)
    joined.set(noise(1, 'before'), 0)
    joined.set(pause, rate)
    joined.set(noise(1, 'after'), 2 * rate)
    const { audio } = (
      await extractor.extract({ sound: { source: recording({ channels: [joined] }) } })
    ).features
    // Two seconds, with 50 ms before and after the pause.
    expect(audio?.length).toBeGreaterThan(205)
    expect(audio?.length).toBeLessThan(220)
    expect(audio?.times).toBeUndefined()
  })

  test('that is missing is a remark', async () => {
    const extractor = await open(sound())
    const pictures = [flatPicture(32, 32, 10)]
    const silent = recording({ pictures, remarks: ['has no sound; its picture is usable'] })
    const { features, remarks } = await extractor.extract({ sound: { source: silent } })
    expect(features).toEqual({})
    expect(remarks).toEqual(['has no sound', 'has no sound; its picture is usable'])
    const empty = recording({ channels: [new Float32Array(0)] })
    expect((await extractor.extract({ sound: { source: empty } })).remarks).toEqual([
      'no sound in it',
    ])
  })
})

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
      /another width: expected 4 numbers a picture, got 3/,
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

describe('alignment to words', () => {
  const words = [
    { word: 'so', start: 0, end: 0.2 },
    { word: '(pause)', start: 0.2, end: 0.25 },
    { word: 'what', start: 0.4, end: 0.6 },
  ]
  const feature = {
    dataType: 'float32' as const,
    shape: [2],
    values: Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70),
    length: 4,
    times: Float64Array.of(0, 0.1, 0.3, 0.5),
  }

  test('is the mean of the steps within each word, NaN where there is none', () => {
    const { values, length, times } = alignToWords(feature, words, 'audio')
    expect([...values].map(Number)).toEqual([2, 20, Number.NaN, Number.NaN, 7, 70])
    expect(length).toBe(3)
    expect([...(times ?? [])]).toEqual([0.1, 0.225, 0.5])
  })

  test('of steps that have no times, or are no rows, is refused', () => {
    const { times: _, ...timeless } = feature
    expect(() => alignToWords(timeless, words, 'audio')).toThrow(
      /audio: cannot be aligned to words.*without times/,
    )
    expect(() => alignToWords({ ...feature, shape: [1, 2] }, words, 'vision')).toThrow(
      /got float32 \[1, 2\]/,
    )
  })

  test('needs words with times', async () => {
    const extractor = await open(sound({}, true))
    const source = recording({ channels: [noise(1, 'aligned')] })
    await expect(extractor.extract({ sound: { source } })).rejects.toThrow(/no words with times/)
    const { features } = await extractor.extract({ sound: { source }, words })
    expect(features.audio?.length).toBe(3)
  })
})

describe('what a recipe needs', () => {
  test.each([
    ['selfcross', /recipe selfcross needs words as glove\. Name word vectors/],
    ['mesm', /recipe mesm needs words as tokens\. Name the folder of a text encoder/],
  ])('%s says what is missing', async (name, message) => {
    await expect(openExtractor(nodeEngine, recipeNamed(name))).rejects.toThrow(message)
  })

  test('also models', async () => {
    const { text: _, ...recipe } = recipeNamed('compact')
    await expect(openExtractor(nodeEngine, recipe)).rejects.toThrow(/needs a face detector/)
  })
})

const golden = sharedPath('golden', 'media', 'sound.safetensors')

describe.skipIf(!golden)('reference numbers of torchaudio and librosa (needs ../shared)', () => {
  let tensors: ReturnType<typeof readSafetensors>['tensors']
  beforeAll(() => {
    tensors = readSafetensors(golden ?? '').tensors
  })
  const numbers = (name: string) => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Float32Array)) throw new Error(`no ${name}`)
    return data
  }

  test.each([
    ['mesm', 'chunks', 1e-5],
    ['selfcross', 'mfcc', 1e-3],
    ['compact', 'logmel', 1e-3],
  ])('recipe %s makes the %s of a recording', async (name, what, tolerance) => {
    const { audio } = recipeNamed(name)
    const extractor = await open(recipeSchema.parse({ name, audio }))
    for (const clip of ['chirp', 'noise']) {
      const source = recording({ channels: [numbers(`${clip}.waveform`)] })
      const made = (await extractor.extract({ sound: { source } })).features.audio
      const wanted = numbers(`${clip}.${what}`)
      const largest = what === 'chunks' ? Math.max(...wanted) : 1
      expect(largestGap(made?.values as Float32Array, wanted) / largest).toBeLessThan(tolerance)
    }
  })
})
