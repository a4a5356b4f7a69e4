/** The sound of a clip as a recipe names it, and reference numbers of torchaudio and librosa. */
import { beforeAll, describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
import { sharedPath } from '../../support/folders.js'
import { recording } from '../../support/recordings.js'
import { flatPicture } from '../face/support.js'
import { largestGap } from '../sound/support.js'
import { noise, open, rate, sound } from './extracting.js'

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
