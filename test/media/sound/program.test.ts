import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import {
  countFrames,
  mixChannels,
  openSoundProgram,
  type SoundSettings,
  soundFeature,
  soundPresets,
} from '../../../src/media/sound/index.js'
import { Tape } from '../../../src/media/sound/stream/tape.js'
import type { SoundBlock } from '../../../src/media/source.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { plainMel, plainMfcc } from './reference.js'
import { compute, largestGap, noise, sine } from './support.js'

const rate = 16_000
const everything = {
  rate,
  features: {
    mel: soundPresets.mel(rate),
    logMel: soundPresets.logMel(rate),
    mfcc: soundPresets.mfcc(rate),
    open: soundPresets.mfcc(rate, { range: null, differences: null }),
    bark: soundPresets.bark(rate),
    energy: soundPresets.energy(rate),
    zeroCrossings: soundPresets.zeroCrossings(rate),
    pitch: soundPresets.pitch(rate),
  },
} satisfies SoundSettings

async function* blocks(
  samples: Float32Array,
  sizes: readonly number[],
  { at = rate, start = 0 }: { at?: number; start?: number } = {},
): AsyncGenerator<SoundBlock> {
  let first = 0
  for (let turn = 0; first < samples.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield { time: start + first / at, rate: at, channels: [samples.subarray(first, first + size)] }
    first += size
  }
}

describe('a sound program', () => {
  test('gives what the graphs of whole sounds give, frames and times', async () => {
    const program = await openSoundProgram(nodeEngine, everything, { framesPerRun: 50 })
    const samples = noise(17_003)
    const tracks = await program.extract({ samples, rate })
    for (const [name, settings] of Object.entries(everything.features)) {
      const track = Object.entries(tracks).find(([key]) => key === name)?.[1]
      const whole = await compute(samples, (waveform) => soundFeature(waveform, settings))
      expect([track?.rows, track?.width], name).toEqual(whole.shape.slice(1))
      expect(track?.rows).toBe(countFrames(samples.length, settings))
      const scale = Math.max(1, ...whole.data.map(Math.abs))
      expect(largestGap(track?.data ?? [], whole.data) / scale, name).toBeLessThan(2e-5)
    }
    expect([...tracks.mfcc.times.slice(0, 3)]).toEqual([0, 0.01, 0.02])
    await program.close()
  })

  test('gives the same bits in whatever pieces a sound comes, at another rate too', async () => {
    const program = await openSoundProgram(nodeEngine, everything, { framesPerRun: 64 })
    for (const [at, length] of [
      [rate, 30_001],
      [44_100, 60_000],
    ] as const) {
      const samples = noise(length)
      const once = await program.extract({ samples, rate: at })
      for (const sizes of [[999], [1, 20_000, 3], [length - 1, 1]]) {
        expect(await program.extract(blocks(samples, sizes, { at }))).toEqual(once)
      }
    }
    await program.close()
  })

  test('reads a sound twice where its rows cannot wait, to the same bits', async () => {
    const samples = noise(40_000)
    const roomy = await openSoundProgram(nodeEngine, everything, { framesPerRun: 64 })
    const tight = await openSoundProgram(nodeEngine, everything, {
      framesPerRun: 64,
      waiting: 70_000,
    })
    const once = await roomy.extract({ samples, rate })
    expect(await tight.extract({ samples, rate })).toEqual(once)
    expect(await tight.extract(() => blocks(samples, [1234]))).toEqual(once)
    await expect(tight.extract(blocks(samples, [1234]))).rejects.toThrow(
      'too long to be read only once',
    )
    await Promise.all([roomy.close(), tight.close()])
  })

  test('takes sounds of any shortness', async () => {
    const features = { mel: soundPresets.mel(rate), mfcc: soundPresets.mfcc(rate) }
    const program = await openSoundProgram(nodeEngine, { rate, features })
    for (const length of [1, 2, 199, 200, 201, 320, 1279, 1280, 1441]) {
      const samples = noise(length, 'short')
      const { mel, mfcc } = await program.extract({ samples, rate })
      const wanted = plainMel(samples, features.mel).flat()
      const largest = Math.max(...wanted)
      expect(largestGap(mel.data, wanted) / largest, `${length} samples`).toBeLessThan(1e-5)
      expect(largestGap(mfcc.data, plainMfcc(samples, features.mfcc).flat())).toBeLessThan(2e-3)
    }
    const nothing = await program.extract({ samples: new Float32Array(0), rate })
    expect([nothing.mel.rows, nothing.mfcc.rows, nothing.mfcc.width]).toEqual([0, 0, 120])
    expect((await program.extract(blocks(new Float32Array(0), [1]))).mel.rows).toBe(0)
    await program.close()
  })

  test('blocks of a feature follow one another, with times from the start of the recording', async () => {
    const features = {
      mel: soundPresets.mel(rate),
      none: soundPresets.energy(rate, { edges: 'none' }),
    }
    const program = await openSoundProgram(nodeEngine, { rate, features }, { framesPerRun: 10 })
    const next = { mel: 0, none: 0 }
    const times = { mel: 2.5, none: 2.5 + 200 / rate }
    for await (const block of program.features(blocks(noise(10_000), [777], { start: 2.5 }))) {
      expect(block.first).toBe(next[block.feature])
      expect(block.data.length).toBe(block.rows * block.width)
      expect(block.time).toBeCloseTo(times[block.feature] + block.first * block.step, 9)
      next[block.feature] += block.rows
    }
    expect(next).toEqual({ mel: 51, none: 61 })
    await program.close()
  })

  test('ends the source when nobody reads on, and refuses a rate that changes', async () => {
    const features = { energy: soundPresets.energy(rate) }
    const program = await openSoundProgram(nodeEngine, { rate, features }, { framesPerRun: 4 })
    let ended = false
    const source = async function* () {
      try {
        for (;;) yield* blocks(noise(4000), [4000])
      } finally {
        ended = true
      }
    }
    for await (const block of program.features(source())) if (block.first > 20) break
    expect(ended).toBe(true)
    const changing = async function* (): AsyncGenerator<SoundBlock> {
      yield { time: 0, rate, channels: [noise(100)] }
      yield { time: 0.5, rate: 8000, channels: [noise(100)] }
    }
    await expect(program.extract(changing())).rejects.toThrow(
      'at 0.500 s: the rate of the sound changes',
    )
    await expect(program.extract({ samples: noise(10), rate: 0 })).rejects.toThrow(LimbicError)
    await program.close()
    const wrong = { rate: 8000, features: { mel: soundPresets.mel(rate) } }
    await expect(openSoundProgram(nodeEngine, wrong)).rejects.toThrow(
      'expected 8000 Hz, got 16000 Hz',
    )
  })
})

describe('channels', () => {
  const [left, right] = [sine(100), sine(200)]

  test('are chosen or averaged, so that equal ones are as loud as each', () => {
    expect(mixChannels([left, right], 'left')).toBe(left)
    expect(mixChannels([left, right], 'right')).toBe(right)
    expect(mixChannels([left, left])).toEqual(left)
    expect(mixChannels([left], 'right')).toBe(left)
    const mean = left.map((value, n) => (value + (right[n] ?? 0)) / 2)
    expect(largestGap(mixChannels([left, right]), mean)).toBeLessThan(1e-7)
  })

  test('of different lengths, or none, are refused', () => {
    expect(() => mixChannels([left, right.subarray(1)])).toThrow('channels of 16000, 15999')
    expect(() => mixChannels([])).toThrow('channels of nothing')
  })
})

test('a tape keeps no more than what is still to be read', () => {
  const tape = new Tape(2)
  for (let turn = 0; turn < 1000; turn++) {
    tape.push(Float32Array.of(turn, 2 * turn))
    expect([...tape.read(turn, turn + 1)]).toEqual([turn, 2 * turn])
    tape.forget(turn - 5)
  }
  expect(tape.end).toBe(1000)
  expect([...tape.read(997, 999)]).toEqual([997, 1994, 998, 1996])
})
