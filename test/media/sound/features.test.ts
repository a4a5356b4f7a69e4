import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../../src/graph/index.js'
import { reshape } from '../../../src/graph/index.js'
import {
  barkEdges,
  chunked,
  featureOf,
  framed,
  hertzToMel,
  melCorners,
  melToHertz,
  periodicWindow,
  powerSpectrum,
  soundFeature,
  soundPresets,
} from '../../../src/media/sound/index.js'
import { checkGradient } from '../../support/gradients/index.js'
import { plainFrames, plainLogMel, plainMel, plainMfcc, plainSpectrum } from './reference.js'
import { compute, largestGap, noise, sine } from './support.js'

const rate = 16_000
/** Small settings, so that slow loops are quick. */
const small = { frame: 60, hop: 24, bands: 12 } as const

describe('spectra', () => {
  test.each([2, 7, 50, 100, 128, 400, 551])(
    'of frames of %s samples are those of the definition',
    async (size) => {
      const samples = noise(2 * size + 3, `spectrum ${size}`)
      const window = periodicWindow('hamming', size)
      const hop = Math.ceil(size / 3)
      const found = await compute(samples, (waveform) =>
        powerSpectrum(framed(waveform, size, hop), window),
      )
      const frames = plainFrames(samples, { frame: size, hop, edges: 'none' })
      const expected = frames.map((frame) => plainSpectrum(frame, window))
      expect(found.shape).toEqual([1, frames.length, Math.floor(size / 2) + 1])
      const largest = Math.max(...expected.flat())
      expect(largestGap(found.data, expected.flat()) / largest).toBeLessThan(3e-6)
    },
  )

  test.each([
    [10, 3],
    [10, 10],
    [10, 13],
    [3, 1],
    [1, 2],
  ])('frames of %s every %s samples', async (size, hop) => {
    for (const length of [size, size + 1, 3 * size + 2]) {
      const samples = Float32Array.from({ length }, (_, n) => n)
      const found = await compute(samples, (waveform) => framed(waveform, size, hop))
      const expected = plainFrames(samples, { frame: size, hop, edges: 'none' })
      expect(found.shape).toEqual([1, expected.length, size])
      expect(found.data).toEqual(expected.flat())
    }
  })
})

describe('features agree with plain loops', () => {
  const samples = noise(731)

  test('mel, of powers and magnitudes, with mirrored edges, zeros and none', async () => {
    for (const changes of [
      {},
      { edges: 'none' as const, power: 1 as const },
      { edges: 'zeros' as const, scale: 'slaney' as const, norm: 'area' as const },
      { filters: 'exact' as const, lowest: 300, highest: 5000 },
    ]) {
      const settings = soundPresets.mel(rate, { ...small, ...changes })
      const found = await compute(samples, (waveform) => soundFeature(waveform, settings))
      const expected = plainMel(samples, settings)
      expect(found.shape).toEqual([1, expected.length, 12])
      const largest = Math.max(...expected.flat())
      expect(largestGap(found.data, expected.flat()) / largest).toBeLessThan(1e-6)
    }
  })

  test('decibels, with a range and without', async () => {
    for (const range of [20, null]) {
      const settings = soundPresets.logMel(rate, { ...small, range })
      const found = await compute(samples, (waveform) => soundFeature(waveform, settings))
      expect(largestGap(found.data, plainLogMel(samples, settings).flat())).toBeLessThan(1e-3)
    }
  })

  test('cepstra with and without differences', async () => {
    for (const differences of [9, 5, null]) {
      const settings = soundPresets.mfcc(rate, { ...small, coefficients: 8, differences })
      const found = await compute(samples, (waveform) => soundFeature(waveform, settings))
      const expected = plainMfcc(samples, settings)
      expect(found.shape).toEqual([1, expected.length, differences === null ? 8 : 24])
      expect(largestGap(found.data, expected.flat())).toBeLessThan(1e-3)
    }
  })

  test('a sound of fewer frames than differences take, its length known', async () => {
    for (const length of [0, 24, 48, 150].map((more) => 31 + more)) {
      const short = noise(length, 'short')
      const settings = soundPresets.mfcc(rate, { ...small, coefficients: 8 })
      const apply = (waveform: Tensor) => soundFeature(waveform, settings)
      const found = await compute(short, apply, length)
      expect(largestGap(found.data, plainMfcc(short, settings).flat())).toBeLessThan(1e-3)
    }
  })

  test('chunks are filled up with zeros', async () => {
    const settings = soundPresets.mel(rate, small)
    const rows = plainMel(samples, settings)
    const found = await compute(samples, (waveform) => {
      const mel = soundFeature(waveform, settings)
      return chunked(reshape(mel, mel.shape.slice(1)), 8)
    })
    expect(found.shape).toEqual([4, 1, 12, 8])
    expect(rows.length).toBe(31)
    for (const [chunk, band, frame] of [
      [0, 0, 0],
      [1, 3, 5],
      [3, 11, 6],
      [3, 11, 7],
    ] as const) {
      const value = found.data[(chunk * 12 + band) * 8 + frame] ?? Number.NaN
      expect(value).toBeCloseTo(rows[chunk * 8 + frame]?.[band] ?? 0, 4)
    }
  })
})

describe('closed forms', () => {
  test('the mel scales run through their fixed points and back', () => {
    expect(hertzToMel(700, 'htk')).toBeCloseTo(2595 * Math.log10(2), 10)
    expect(hertzToMel(1000, 'slaney')).toBeCloseTo(15, 10)
    expect(hertzToMel(6400, 'slaney')).toBeCloseTo(42, 10)
    for (const scale of ['htk', 'slaney'] as const) {
      for (const hertz of [0, 99, 1000, 1001, 7999]) {
        expect(melToHertz(hertzToMel(hertz, scale), scale)).toBeCloseTo(hertz, 8)
      }
    }
  })

  test('a sine at the centre of a band is loudest there', async () => {
    const settings = soundPresets.mel(rate)
    const centres = melCorners({ ...settings, size: settings.frame }).slice(1, -1)
    for (const band of [40, 70, 110]) {
      const tone = sine(centres[band] ?? 0, { seconds: 0.2 })
      const { data } = await compute(tone, (waveform) => soundFeature(waveform, settings))
      const middle = data.slice(8 * 128, 9 * 128)
      expect(middle.indexOf(Math.max(...middle))).toBe(band)
    }
  })

  test('a sine of a bin has the power (amplitude * sum of the window / 2)^2 there', async () => {
    const tone = sine(1000, { seconds: 0.1, amplitude: 0.5 })
    const window = periodicWindow('hann', 400)
    const { data } = await compute(tone, (waveform) =>
      powerSpectrum(framed(waveform, 400, 160), window),
    )
    // 1000 Hz is bin 25; the window adds up to 200.
    expect(data[25]).toBeCloseTo(2500, 1)
    expect(data[24]).toBeCloseTo(625, 1)
    expect(data[27]).toBeCloseTo(0, 4)
  })

  test('critical bands together hold the whole spectrum, and a tone its own band', async () => {
    const settings = soundPresets.bark(rate, { edges: 'none', range: null, reference: 1 })
    const samples = noise(4000)
    const bands = await compute(samples, (waveform) => soundFeature(waveform, settings))
    const window = periodicWindow('hann', 400)
    const frames = plainFrames(samples, settings)
    expect(bands.shape).toEqual([1, frames.length, 22])
    for (const [row, frame] of frames.entries()) {
      const whole = plainSpectrum(frame, window).reduce((sum, power) => sum + power, 0)
      const parts = bands.data.slice(row * 22, row * 22 + 22)
      const sum = parts.reduce((total, value) => total + 10 ** (value / 10), 0)
      expect(sum / whole).toBeCloseTo(1, 4)
    }
    const tone = await compute(sine(1370, { seconds: 0.1 }), (waveform) =>
      soundFeature(waveform, settings),
    )
    const loudest = tone.data.indexOf(Math.max(...tone.data.slice(0, 22)))
    expect([barkEdges[loudest], barkEdges[loudest + 1]]).toEqual([1270, 1480])
  })

  test('energy of a tone and of a constant', async () => {
    const settings = soundPresets.energy(rate, { edges: 'none' })
    const of = async (samples: Float32Array, unit: 'rms' | 'power' | 'decibels') =>
      (await compute(samples, (waveform) => soundFeature(waveform, { ...settings, unit }))).data
    for (const value of await of(sine(440, { amplitude: 0.3 }), 'rms')) {
      expect(value).toBeCloseTo(0.3 / Math.SQRT2, 3)
    }
    expect((await of(new Float32Array(800).fill(0.5), 'power'))[0]).toBeCloseTo(0.25, 6)
    expect((await of(new Float32Array(800).fill(0.1), 'decibels'))[0]).toBeCloseTo(-20, 4)
    expect((await of(new Float32Array(800), 'decibels'))[0]).toBeCloseTo(-100, 3)
  })

  test('a tone of f Hz crosses zero 2 f times a second', async () => {
    const settings = soundPresets.zeroCrossings(rate, { edges: 'none', frame: 1600 })
    for (const hertz of [100, 440, 3000]) {
      const { data } = await compute(sine(hertz), (waveform) => soundFeature(waveform, settings))
      for (const share of data) expect(Math.abs(share * rate - 2 * hertz)).toBeLessThan(10.1)
    }
    const silent = await compute(new Float32Array(1600), (waveform) =>
      soundFeature(waveform, settings),
    )
    expect(silent.data).toEqual([0])
  })
})

describe('pitch', () => {
  const settings = soundPresets.pitch(rate, { edges: 'none' })
  const pitches = async (samples: Float32Array) => {
    const { data } = await compute(samples, (waveform) => soundFeature(waveform, settings))
    const rows = Array.from({ length: data.length / 2 }, (_, row) => ({
      pitch: data[2 * row] ?? 0,
      strength: data[2 * row + 1] ?? 0,
    }))
    expect(rows.length).toBeGreaterThan(10)
    return rows
  }

  test.each([78, 100, 133.3, 220, 441, 590])('of a tone of %s Hz', async (hertz) => {
    for (const { pitch, strength } of await pitches(
      sine(hertz, { seconds: 0.3, amplitude: 0.4 }),
    )) {
      expect(Math.abs(pitch / hertz - 1)).toBeLessThan(2e-3)
      expect(strength).toBeGreaterThan(0.95)
    }
  })

  test.each([90, 145, 251])(
    'of a voice-like sound of %s Hz whose fundamental is weak',
    async (hertz) => {
      const parts = [0.05, 0.4, 0.3, 0.2, 0.1].map((amplitude, place) =>
        sine(hertz * (place + 1), { seconds: 0.3, amplitude }),
      )
      const sound = new Float32Array(4800).map((_, n) =>
        parts.reduce((sum, part) => sum + (part[n] ?? 0), 0),
      )
      for (const { pitch } of await pitches(sound))
        expect(Math.abs(pitch / hertz - 1)).toBeLessThan(2e-3)
    },
  )

  test('noise, silence and whispers have none', async () => {
    const rows = await pitches(noise(8000))
    expect(rows.filter(({ pitch }) => pitch > 0).length).toBeLessThan(rows.length / 10)
    for (const row of await pitches(new Float32Array(8000)))
      expect(row).toEqual({ pitch: 0, strength: 0 })
    const faint = await pitches(sine(200, { amplitude: 1e-3, seconds: 0.3 }))
    expect(faint.every(({ pitch, strength }) => pitch === 0 && strength > 0.9)).toBe(true)
  })
})

describe('gradients', () => {
  const check = (apply: (waveform: Tensor) => Tensor, samples = 90) =>
    checkGradient(
      ({ waveform }) => apply(waveform as Tensor),
      { waveform: [2, samples] },
      {
        dataType: 'float32',
        tolerance: 1e-4,
      },
    )

  test('of mel, decibels, cepstra with differences, critical bands and energy', async () => {
    await check((waveform) => soundFeature(waveform, soundPresets.mel(rate, small)))
    await check((waveform) => soundFeature(waveform, soundPresets.logMel(rate, small)))
    await check((waveform) =>
      soundFeature(
        waveform,
        soundPresets.mfcc(rate, { ...small, frame: 20, hop: 10, coefficients: 3, differences: 5 }),
      ),
    )
    await check((waveform) =>
      soundFeature(waveform, soundPresets.bark(rate, { frame: 30, hop: 25 })),
    )
    await check((waveform) =>
      soundFeature(waveform, soundPresets.energy(rate, { frame: 30, hop: 25 })),
    )
  })
})

test('settings that do not fit are refused in one line', () => {
  const refuse = (settings: Parameters<typeof featureOf>[0]) => () => featureOf(settings)
  expect(refuse(soundPresets.mel(rate, { highest: 9000 }))).toThrow(
    'at most half the rate, 8000 Hz',
  )
  expect(refuse(soundPresets.mfcc(rate, { coefficients: 129 }))).toThrow(
    'at most as many as bands, 128',
  )
  expect(refuse(soundPresets.mfcc(rate, { differences: 8 }))).toThrow('an odd number')
  expect(refuse(soundPresets.pitch(rate, { lowest: 50 }))).toThrow(
    'three periods of the lowest pitch, 960 samples',
  )
  expect(refuse(soundPresets.mel(rate, { hop: 0 }))).toThrow('hop')
})
