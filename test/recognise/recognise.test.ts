/** Recordings as they come: live ones, and those that are longer than they say. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { randomWord, streamKey } from '../../src/base/random.js'
import { readBundledWeights } from '../../src/disk/assets.js'
import type { Source } from '../../src/media/source.js'
import { openRecogniser } from '../../src/recognise/recognise.js'
import { starterVoice } from '../../src/recognise/voice.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { loadModel } from '../../src/use/open/load.js'

const key = streamKey(1, 'noise')
const rate = 16_000
const file = join(import.meta.dirname, '../../assets/starter-voice.onnx')

const open = async () =>
  openRecogniser(nodeEngine, {
    voice: { model: await loadModel(file, { threads: 1 }), ...starterVoice },
    face: { faces: readBundledWeights('faces'), expression: readBundledWeights('expression') },
  })

/** Five seconds of noise with a grey picture. */
const source = (
  duration: number | undefined,
  { heard = async () => {}, seen = () => {} } = {},
): Source => ({
  ...{ name: 'noise', duration, sound: { rate, channels: 1 }, remarks: [] },
  picture: { width: 32, height: 32, rotation: 0, frameRate: 5 },
  async *readSound() {
    for (let second = 0; second < 5; second++) {
      const samples = Float32Array.from(
        { length: rate },
        (_, at) => 0.5 * (randomWord(key, second * rate + at) / 2 ** 31 - 1),
      )
      yield { time: second, rate, channels: [samples] }
    }
    await heard()
  },
  async *readFrames() {
    seen()
    const data = new Uint8Array(3 * 32 * 32).fill(128)
    yield { time: 0, index: undefined, width: 32, height: 32, data }
  },
  close: async () => {},
})

test('a live recording is heard and seen at once', async () => {
  const recogniser = await open()
  let isSeen = false
  let wake = () => {}
  const looked = new Promise<void>((resolve) => {
    wake = resolve
  })
  const seen = () => {
    isSeen = true
    wake()
  }
  let wasSeen = false
  const heard = async () => {
    await Promise.race([looked, new Promise((resolve) => setTimeout(resolve, 5000))])
    wasSeen = isSeen
  }
  const { duration, remarks } = await recogniser.recognise(source(undefined, { heard, seen }))
  expect(wasSeen).toBe(true)
  expect(duration).toBeCloseTo(5, 1)
  expect(remarks).toEqual(['no face is seen'])
  await recogniser.close()
})

test('what is beyond the stated end is part of the timeline', async () => {
  const recogniser = await open()
  for (const [stated, expected] of [
    [2, 5],
    [5.1, 5.1],
    [9, 9],
  ] as const) {
    const { duration, timeline } = await recogniser.recognise(source(stated))
    expect(duration).toBeCloseTo(expected, 1)
    expect(timeline.at(-1)?.end).toBe(duration)
    expect(timeline.filter(({ voice }) => voice).length).toBeGreaterThanOrEqual(10)
  }
  await recogniser.close()
})
