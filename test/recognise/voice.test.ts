/** Reading voices: from sound that can be read once, and by the clock of the recording. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { randomWord, streamKey } from '../../src/base/random.js'
import type { Source } from '../../src/media/source.js'
import { openVoiceReader, starterVoice } from '../../src/recognise/voice.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { loadModel } from '../../src/use/open/load.js'

const key = streamKey(1, 'noise')
const noise = (at: number) => randomWord(key, at) / 2 ** 31 - 1
const rate = 16_000
const file = join(import.meta.dirname, '../../assets/starter-voice.onnx')

/** Three seconds of noise between two silences of four, beginning at a time. */
function lateNoise(begin: number): Source & { readonly reads: () => number } {
  const samples = Float32Array.from({ length: 11 * rate }, (_, at) =>
    at >= 4 * rate && at < 7 * rate ? 0.5 * noise(at) : 0,
  )
  let reads = 0
  return {
    ...{ name: 'noise', duration: 11, sound: undefined, picture: undefined, remarks: [] },
    async *readSound() {
      reads++
      for (let at = 0; at < samples.length; at += rate) {
        yield { time: begin + at / rate, rate, channels: [samples.slice(at, at + rate)] }
      }
    },
    async *readFrames() {},
    close: async () => {},
    reads: () => reads,
  }
}

test('reads a sound once, and only windows with voice in them count, where they are', async () => {
  const reader = await openVoiceReader(nodeEngine, {
    model: await loadModel(file, { threads: 1 }),
    ...starterVoice,
  })
  for (const begin of [0, 20]) {
    const source = lateNoise(begin)
    const { reading, duration } = await reader.read(source)
    expect(source.reads()).toBe(1)
    expect(duration).toBeCloseTo(begin + 11, 1)
    // Windows of three seconds from second to second: those that hold 0.4 s of the noise.
    expect(reading.estimates.map(({ start }) => Math.round(start - begin))).toEqual([2, 3, 4, 5, 6])
    for (const { probabilities } of reading.estimates) {
      expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
    }
  }
  await reader.close()
})

test('a sound without samples says nothing', async () => {
  const reader = await openVoiceReader(nodeEngine, {
    model: await loadModel(file, { threads: 1 }),
    ...starterVoice,
  })
  const source: Source = { ...lateNoise(0), async *readSound() {} }
  expect(await reader.read(source)).toMatchObject({ reading: { estimates: [] }, duration: 0 })
  await reader.close()
})
