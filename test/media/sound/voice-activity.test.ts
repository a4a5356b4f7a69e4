import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { RandomStream } from '../../../src/base/random.js'
import { findVoice, openVoiceActivity } from '../../../src/media/sound/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { noise, sine } from './support.js'

const rate = 16_000

/** Tones between these seconds, over faint noise. */
function spoken(seconds: number, stretches: readonly (readonly [number, number])[]): Float32Array {
  const samples = noise(seconds * rate, 'background', 1e-4)
  const tone = sine(220, { seconds, amplitude: 0.3 })
  for (const [start, end] of stretches) {
    for (let n = Math.round(start * rate); n < end * rate; n++) {
      samples[n] = (samples[n] ?? 0) + (tone[n] ?? 0)
    }
  }
  return samples
}

describe('voice by level', () => {
  test('is found where it is, short pauses included, clicks not', async () => {
    const voice = await openVoiceActivity(nodeEngine, rate)
    const samples = spoken(6, [
      [1, 1.5],
      [1.7, 2],
      [3, 3.01],
      [4, 5],
    ])
    const found = await voice.find(samples)
    expect(found.length).toBe(2)
    for (const [place, [start, end]] of [
      [0.95, 2.05],
      [3.95, 5.05],
    ].entries()) {
      expect(Math.abs((found[place]?.start ?? 0) - (start ?? 0))).toBeLessThan(0.025)
      expect(Math.abs((found[place]?.end ?? 0) - (end ?? 0))).toBeLessThan(0.025)
    }
    const cut = await voice.cut(samples)
    expect(cut.stretches).toEqual(found)
    expect(Math.abs(cut.samples.length / rate - 2.2)).toBeLessThan(0.08)
    const first = Math.round((found[0]?.start ?? 0) * rate)
    expect(cut.samples.slice(0, 100)).toEqual(samples.slice(first, first + 100))
    await voice.close()
  })

  test('is nowhere in silence, and everywhere in a sound of one level', async () => {
    const voice = await openVoiceActivity(nodeEngine, rate)
    for (const silent of [
      new Float32Array(rate),
      noise(rate, 'faint', 1e-4),
      new Float32Array(0),
    ]) {
      expect(await voice.cut(silent)).toEqual({ samples: new Float32Array(0), stretches: [] })
    }
    const tone = sine(200, { seconds: 1 })
    expect((await voice.cut(tone)).samples).toEqual(tone)
    await voice.close()
    await expect(openVoiceActivity(nodeEngine, 0)).rejects.toThrow(LimbicError)
  })

  test('stretches are in order, apart, and hold every loud frame of long ones', () => {
    const random = new RandomStream(5, 'levels')
    for (let round = 0; round < 200; round++) {
      const levels = Array.from({ length: 120 }, () => (random.uniform(0, 1) < 0.5 ? -20 : -70))
      const found = findVoice(levels, 0.01, {
        shortest: 0,
        pause: random.uniform(0, 0.05),
        margin: 0.02,
      })
      for (const [place, { start, end }] of found.entries()) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThan(start)
        expect(start).toBeGreaterThan(found[place - 1]?.end ?? -1)
      }
      for (const [frame, level] of levels.entries()) {
        const time = frame * 0.01
        if (level > -60)
          expect(found.some(({ start, end }) => start <= time && time < end)).toBe(true)
      }
    }
    expect(findVoice([], 0.01)).toEqual([])
    expect(findVoice([Number.NaN, Number.NEGATIVE_INFINITY], 0.01)).toEqual([])
  })
})
