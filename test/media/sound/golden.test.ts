import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/files.js'
import type { StoredTensor } from '../../../src/formats/safetensors/index.js'
import { reshape } from '../../../src/graph/index.js'
import { chunked, resample, soundFeature, soundPresets } from '../../../src/media/sound/index.js'
import { hertzToMel, melFilters } from '../../../src/media/sound/numbers/mel.js'
import { periodicWindow } from '../../../src/media/sound/numbers/windows.js'
import { sharedPath } from '../../support/folders.js'
import { compute, largestGap } from './support.js'

const path = sharedPath('golden', 'media', 'sound.safetensors')

/** None where the file is absent: what stands outside a test runs even if its tests are skipped. */
const tensorsOf = (file: string | undefined): ReadonlyMap<string, StoredTensor> =>
  file === undefined ? new Map() : readSafetensors(file).tensors

describe.skipIf(!path)('reference numbers of torchaudio and librosa', () => {
  const tensors = tensorsOf(path)
  const stored = (name: string) => {
    const tensor = tensors.get(name)
    if (!(tensor?.data instanceof Float32Array)) throw new Error(`no ${name}`)
    return { shape: tensor.shape, data: tensor.data }
  }
  const clips = ['chirp', 'noise', 'silence', 'shortest', 'wide']
  const rateOf = (clip: string) => (clip === 'wide' ? 22_050 : 16_000)

  test('filters and windows', () => {
    expect(hertzToMel(1000, 'htk')).toBeCloseTo(999.99, 1)
    for (const [name, settings] of [
      ['mel', soundPresets.mel(16_000)],
      ['mfcc', soundPresets.mfcc(16_000)],
      ['logmel', soundPresets.logMel(16_000)],
    ] as const) {
      const filters = melFilters({ ...settings, size: settings.frame })
      const wanted = stored(`filters.${name}`)
      expect([filters.rows, filters.columns]).toEqual(wanted.shape)
      expect(largestGap(filters.data, wanted.data)).toBeLessThan(1e-5)
    }
    expect(largestGap(periodicWindow('hann', 400), stored('window.mel').data)).toBeLessThan(1e-6)
    expect(largestGap(periodicWindow('hamming', 400), stored('window.mfcc').data)).toBeLessThan(
      1e-6,
    )
  })

  test.each(clips)('mel and chunks of %s', async (clip) => {
    const samples = stored(`${clip}.waveform`).data
    const settings = soundPresets.mel(rateOf(clip))
    const wanted = stored(`${clip}.mel`)
    const mel = await compute(samples, (waveform) => soundFeature(waveform, settings))
    const [bands = 0, frames = 0] = wanted.shape
    expect(mel.shape).toEqual([1, frames, bands])
    const turned = mel.data.map(
      (_, place) => wanted.data[(place % bands) * frames + Math.floor(place / bands)] ?? Number.NaN,
    )
    const largest = Math.max(...wanted.data)
    const gap = largestGap(mel.data, turned)
    expect(gap).toBeLessThanOrEqual(1e-5 * largest)

    const chunks = await compute(samples, (waveform) => {
      const rows = soundFeature(waveform, settings)
      return chunked(reshape(rows, rows.shape.slice(1)), 32)
    })
    const expected = stored(`${clip}.chunks`)
    expect(chunks.shape).toEqual(expected.shape)
    expect(largestGap(chunks.data, expected.data)).toBeLessThanOrEqual(1e-5 * largest)
  })

  test.each(['chirp', 'noise', 'silence'])('decibels and cepstra of %s', async (clip) => {
    const samples = stored(`${clip}.waveform`).data
    for (const [name, settings] of [
      ['logmel', soundPresets.logMel(16_000)],
      ['mfcc', soundPresets.mfcc(16_000)],
    ] as const) {
      const wanted = stored(`${clip}.${name}`)
      const found = await compute(samples, (waveform) => soundFeature(waveform, settings))
      expect(found.shape).toEqual([1, ...wanted.shape])
      expect(largestGap(found.data, wanted.data)).toBeLessThan(1e-3)
    }
  })
})

const resamplePath = sharedPath('golden', 'media', 'resample.safetensors')

describe.skipIf(!resamplePath)('reference numbers of resampling', () => {
  const tensors = tensorsOf(resamplePath)
  const stored = (name: string) => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Float32Array)) throw new Error(`no ${name}`)
    return data
  }
  const inner = (values: ArrayLike<number>) => Array.from(values).slice(320, -320)
  const effective = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
  const toSpeech = (name: string) =>
    compute(stored(name), (waveform) => resample(waveform, 44_100, 16_000))

  test('what both rates hold comes through', async () => {
    const found = await toSpeech('passband.44100')
    const exact = stored('passband.16000')
    expect(found.shape).toEqual([1, exact.length])
    const wanted = inner(exact)
    const gaps = inner(found.data).map((value, place) => value - (wanted[place] ?? 0))
    expect(effective(gaps)).toBeLessThan(2e-3 * effective(wanted))
    expect(Math.max(...gaps.map(Math.abs))).toBeLessThan(2e-3 * Math.max(...wanted.map(Math.abs)))
  })

  test.each(['10000', '13000', '19000'])('a tone of %s Hz vanishes', async (tone) => {
    const name = `stopband.${tone}.44100`
    const found = await toSpeech(name)
    const loss = 20 * Math.log10(effective(Array.from(stored(name))) / effective(inner(found.data)))
    expect(loss).toBeGreaterThan(50)
  })
})
