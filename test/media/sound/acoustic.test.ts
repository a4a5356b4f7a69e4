import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reshape, type Tensor } from '../../../src/graph/index.js'
import {
  acousticNames,
  descriptorNames,
  featureOf,
  framed,
  openSoundProgram,
  periodicWindow,
  pitchOfFrames,
  powerSpectrum,
  shapeNames,
  soundFeature,
  soundPresets,
  spectralShape,
  statisticNames,
  statisticsOf,
} from '../../../src/media/sound/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { checkGradient } from '../../support/gradients/index.js'
import { plainAcoustic, plainShape, plainStatistics } from './acoustic-reference.js'
import { compute, noise, sine } from './support.js'

const rate = 16_000
const names = acousticNames(soundPresets.acoustic(rate))

/** A voice-like sound that rises, breaks off into noise, and is quiet in the end. */
function utterance(samples = 9000): Float32Array {
  const hiss = noise(samples, 'hiss', 0.02)
  return hiss.map((value, n) => {
    const phase = 2 * Math.PI * (150 * (n / rate) + 60 * (n / rate) ** 2)
    const voice = 0.3 * Math.sin(phase) + 0.2 * Math.sin(2 * phase) + 0.1 * Math.sin(5 * phase)
    if (n < 5000) return voice * (0.4 + n / 8000) + 0.1 * value
    return n < 7500 ? value : 1e-4 * value
  })
}

/** Pitch and voicing of the windows of a frame, by the graph that has its own tests. */
async function voiceOf(
  frame: readonly number[],
  settings: ReturnType<typeof soundPresets.acoustic>,
) {
  const { data } = await compute(Float32Array.from(frame), (waveform) =>
    pitchOfFrames(framed(waveform, settings.pitch.frame, settings.windowHop), {
      ...settings.pitch,
      rate,
    }),
  )
  return Array.from({ length: data.length / 2 }, (_, row) => ({
    pitch: data[2 * row] ?? 0,
    strength: data[2 * row + 1] ?? 0,
  }))
}

/** Values by the names of a row. */
const named = (row: readonly number[]) =>
  Object.fromEntries(row.map((value, place) => [names[place] ?? '', value]))

describe('the acoustic row', () => {
  test('is 142 wide: 22 critical bands, 12 cepstral coefficients, 6 statistics of 18 descriptors', () => {
    expect(featureOf(soundPresets.acoustic(rate)).width).toBe(142)
    expect(new Set(names).size).toBe(142)
    expect(descriptorNames).toHaveLength(18)
    expect(names.slice(20, 24)).toEqual(['bark.21', 'bark.22', 'mfcc.1', 'mfcc.2'])
    const bare = soundPresets.acoustic(rate, { statistics: false })
    expect(featureOf(bare).width).toBe(34)
  })

  test.each(['reflect', 'none'] as const)('agrees with plain loops, edges %s', async (edges) => {
    const settings = soundPresets.acoustic(rate, { frame: 2400, hop: 2000, edges })
    const samples = utterance()
    const { data, shape } = await compute(samples, (waveform) => soundFeature(waveform, settings))
    const voices: Awaited<ReturnType<typeof voiceOf>>[] = []
    const frames: (readonly number[])[] = []
    plainAcoustic(samples, settings, (frame) => {
      frames.push(frame)
      return []
    })
    for (const frame of frames) voices.push(await voiceOf(frame, settings))
    let next = 0
    const expected = plainAcoustic(samples, settings, () => voices[next++] ?? [])
    expect(shape).toEqual([1, expected.length, 142])
    expect(expected.length).toBeGreaterThan(3)
    // How much of each column is rounding, by the size of its values.
    const sizes = names.map((_, column) =>
      Math.max(1e-3, ...expected.map((row) => Math.abs(row[column] ?? 0))),
    )
    for (const [row, values] of expected.entries()) {
      for (const [column, value] of values.entries()) {
        const gap = Math.abs((data[row * 142 + column] ?? Number.NaN) - value)
        // Third and fourth moments of pitches that hardly vary show the rounding of the pitch itself.
        const bound = /^pitch\.(skewness|kurtosis)$/.test(names[column] ?? '') ? 3e-2 : 2e-3
        expect(gap / (sizes[column] ?? 1), `row ${row}, ${names[column]}`).toBeLessThan(bound)
      }
    }
  })

  test('of a tone: its pitch, centroid and level, with nothing that varies', async () => {
    const tone = sine(400, { seconds: 1, amplitude: 0.5 })
    const settings = soundPresets.acoustic(rate, { edges: 'none' })
    const { data } = await compute(tone, (waveform) => soundFeature(waveform, settings))
    const row = named(data.slice(0, 142))
    expect(row['pitch.mean']).toBeCloseTo(400, 0)
    expect(row['pitch.deviation']).toBeLessThan(0.5)
    expect(row['centroid.mean']).toBeCloseTo(400, 0)
    expect(row['energy.mean']).toBeCloseTo(10 * Math.log10(0.125), 1)
    expect(row['energyChange.largest']).toBeLessThan(0.01)
    expect(row['flux.mean']).toBeLessThan(0.01)
    expect(row['rolloff.mean']).toBeCloseTo(440, 3)
    expect(row['voicing.mean']).toBeGreaterThan(0.98)
    // 400 Hz lies in the fifth critical band, 400 to 510 Hz, and half of its bin in the fourth.
    const bark = data.slice(0, 22)
    expect([3, 4]).toContain(bark.indexOf(Math.max(...bark)))
  })

  test('of silence is finite: levels at the floor, all else 0 but what a flat spectrum has', async () => {
    const settings = soundPresets.acoustic(rate)
    const { data } = await compute(new Float32Array(8000), (waveform) =>
      soundFeature(waveform, settings),
    )
    expect(data.every(Number.isFinite)).toBe(true)
    const row = named(data.slice(0, 142))
    expect(row['bark.1']).toBeCloseTo(-100, 3)
    expect(row['energy.mean']).toBeCloseTo(-100, 3)
    expect(row['pitch.mean']).toBe(0)
    expect(row['flatness.mean']).toBeCloseTo(1, 4)
    for (const name of names) {
      if (!/^(bark|energy|flatness|spread)\b/.test(name)) {
        expect(Math.abs(row[name] ?? Number.NaN), name).toBeLessThan(1e-3)
      }
    }
  })

  test('streams: the same to the bit in whatever pieces, and short sounds have a row', async () => {
    const settings = soundPresets.acoustic(rate)
    const program = await openSoundProgram(nodeEngine, { rate, features: { audio: settings } })
    const samples = utterance(30_000)
    const whole = (await program.extract({ samples, rate })).audio
    expect([whole.rows, whole.width]).toEqual([5, 142])
    expect([...whole.times]).toEqual([0, 0.4, 0.8, 1.2, 1.6].map((time) => expect.closeTo(time, 9)))
    const pieces = async function* () {
      for (let at = 0; at < samples.length; at += 1777) {
        const piece = samples.slice(at, at + 1777)
        yield { time: at / rate, rate, channels: [piece] }
      }
    }
    expect((await program.extract(pieces)).audio.data).toEqual(whole.data)
    const asGraph = await compute(samples, (waveform) => soundFeature(waveform, settings))
    for (const [place, value] of asGraph.data.entries()) {
      const scale = Math.max(1, Math.abs(value))
      expect(Math.abs((whole.data[place] ?? 0) - value) / scale).toBeLessThan(1e-2)
    }
    const short = (await program.extract({ samples: samples.slice(0, 100), rate })).audio
    expect(short.rows).toBe(1)
    expect(short.data.every(Number.isFinite)).toBe(true)
    await program.close()
  })
})

describe('the shape of a spectrum', () => {
  test('agrees with plain sums over random spectra', async () => {
    const spectra = Array.from({ length: 7 }, (_, row) =>
      Array.from(noise(201, `spectrum ${row}`, 1), (value) => value ** 2 * 10 ** -row),
    )
    const { data } = await compute(
      Float32Array.from(spectra.flat()),
      (flat) => spectralShape(reshape(flat, [1, 7, 201]), { rate, size: 400 }),
      7 * 201,
    )
    for (const [row, spectrum] of spectra.entries()) {
      const plain = plainShape(spectrum.map(Math.fround), rate, 400)
      for (const [column, value] of plain.entries()) {
        const gap = Math.abs((data[row * shapeNames.length + column] ?? Number.NaN) - value)
        expect(gap, `${shapeNames[column]} of ${row}`).toBeLessThan(
          1e-3 * Math.max(1, Math.abs(value)),
        )
      }
    }
  })

  test('has the gradient of its definition', async () => {
    const smooth = ({ waveform }: Record<string, Tensor>) => {
      const frames = reshape(waveform as Tensor, [1, 2, 130])
      return spectralShape(powerSpectrum(frames, periodicWindow('hann', 130)), { rate, size: 130 })
    }
    await checkGradient(smooth, { waveform: [1, 260] }, { dataType: 'float32', tolerance: 2e-3 })
  })
})

describe('statistics', () => {
  const computed = async (columns: readonly (readonly number[])[], kept?: readonly boolean[]) => {
    const [windows, count] = [columns[0]?.length ?? 0, columns.length]
    const flat = Array.from(
      { length: windows * count },
      (_, place) => columns[place % count]?.[Math.floor(place / count)] ?? 0,
    )
    const { data } = await compute(
      Float32Array.from(flat),
      (values) => {
        const cube = reshape(values, [1, windows, count])
        const counts =
          kept &&
          values.graph.constant(
            kept.flatMap((one) => Array(count).fill(one ? 1 : 0)),
            [1, windows, count],
            'bool',
          )
        return statisticsOf(cube, counts)
      },
      flat.length,
    )
    return columns.map((_, column) => data.slice(6 * column, 6 * column + 6))
  }
  const isClose = (got: readonly number[] | undefined, expected: readonly number[]) => {
    for (const [place, value] of expected.entries()) {
      expect(Math.abs((got?.[place] ?? Number.NaN) - value), statisticNames[place]).toBeLessThan(
        1e-3 * Math.max(1, Math.abs(value)),
      )
    }
  }

  test('agree with plain sums, whichever values count', async () => {
    const value = fc.integer({ min: -1000, max: 1000 }).map((hundred) => hundred / 100)
    const cases = fc.array(fc.tuple(value, fc.boolean()), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const [values, kept] = [drawn.map(([one]) => one), drawn.map(([, counts]) => counts)]
        const [all] = await computed([values])
        isClose(all, plainStatistics(values))
        const [some] = await computed([values], kept)
        isClose(some, plainStatistics(values.filter((_, place) => kept[place])))
      }),
      { numRuns: 25 },
    )
  })

  test('of equal values are no rounding', async () => {
    const [row] = await computed([[1234.567, 1234.567, 1234.567]])
    expect(row?.slice(1, 4)).toEqual([0, 0, 0])
  })

  test('have the gradient of their definition', async () => {
    await checkGradient(
      ({ values }) => statisticsOf(values as Tensor),
      { values: [2, 5, 3] },
      { dataType: 'float32', tolerance: 1e-3 },
    )
  })
})

test('settings that do not fit are refused in one line', () => {
  const refuse =
    (changes: Parameters<typeof soundPresets.acoustic>[1], at = rate) =>
    () =>
      featureOf(soundPresets.acoustic(at, changes))
  expect(refuse({}, 8000)).toThrow('at least 10000 Hz')
  expect(refuse({}, 12_000)).toThrow('at most 20 at this rate')
  expect(refuse({ frame: 500 })).toThrow('two windows and one for pitch, 640 samples')
  expect(refuse({ coefficients: 26 })).toThrow('fewer than bands, 26')
  expect(refuse({ windowFrame: 64 })).toThrow('at least 8 ms, 128 samples')
  const { pitch } = soundPresets.acoustic(rate)
  expect(refuse({ pitch: { ...pitch, lowest: 40 } })).toThrow('three periods of the lowest pitch')
})
