import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import type { Tensor } from '../../../src/graph/index.js'
import {
  kaiserBest,
  kaiserFast,
  resample,
  type SincSettings,
} from '../../../src/media/sound/index.js'
import { sincPeriod } from '../../../src/media/sound/numbers/sinc.js'
import { kaiserWindow } from '../../../src/media/sound/numbers/windows.js'
import { Resampler } from '../../../src/media/sound/stream/resampler.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { checkGradient } from '../../support/gradients/index.js'
import { compute, largestGap, noise, sine } from './support.js'

/** The definition, sample by sample. */
function plain(
  samples: ArrayLike<number>,
  from: number,
  to: number,
  filter: SincSettings,
): number[] {
  const cut = filter.rollOff * Math.min(1, to / from)
  const width = filter.zeroCrossings / cut
  const window = kaiserWindow(filter.beta)
  return Array.from({ length: Math.ceil((samples.length * to) / from) }, (_, output) => {
    const position = (output * from) / to
    let [sum, all] = [0, 0]
    for (let at = Math.ceil(position - width); at <= position + width; at++) {
      const x = cut * (at - position)
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      const weight = sinc * window((at - position) / width)
      all += weight
      sum += weight * (samples[at] ?? 0)
    }
    return sum / all
  })
}

const pairs = [
  [44_100, 16_000],
  [22_050, 16_000],
  [48_000, 16_000],
  [16_000, 8000],
  [8000, 16_000],
  [16_000, 44_100],
  [11_025, 16_000],
  [4000, 3999],
  [3, 2],
  [1, 50],
] as const

describe('resampling', () => {
  test.each(pairs)('from %s to %s Hz is the definition', async (from, to) => {
    for (const length of [1, 2, 501]) {
      const samples = noise(length)
      const found = await compute(samples, (waveform) => resample(waveform, from, to, kaiserFast))
      const expected = plain(samples, from, to, kaiserFast)
      expect(found.shape).toEqual([1, expected.length])
      expect(largestGap(found.data, expected)).toBeLessThan(2e-6)
    }
  })

  test.each([
    [44_100, 16_000, 6500],
    [16_000, 44_100, 6500],
    [8000, 16_000, 3300],
    [48_000, 16_000, 6500],
  ])('from %s to %s Hz keeps a tone of %s Hz as it is', async (from, to, hertz) => {
    const found = await compute(sine(hertz, { rate: from, seconds: 0.2 }), (waveform) =>
      resample(waveform, from, to),
    )
    const exact = sine(hertz, { rate: to, seconds: 0.2 })
    const inner = (values: ArrayLike<number>) => Array.from(values).slice(500, -500)
    expect(largestGap(inner(found.data), inner(exact))).toBeLessThan(2e-5)
  })

  test('a constant stays the same, and the same rate is the same sound', async () => {
    const ones = new Float32Array(3000).fill(1)
    const found = await compute(ones, (waveform) => resample(waveform, 44_100, 16_000))
    expect(
      Math.max(...found.data.slice(300, -300).map((value) => Math.abs(value - 1))),
    ).toBeLessThan(2e-6)
    const same = await compute(ones, (waveform) => resample(waveform, 16_000, 16_000))
    expect(same.data).toEqual([...ones])
  })

  test('gradients', async () => {
    const filter = { zeroCrossings: 3, rollOff: 0.9, beta: 6 }
    for (const [from, to] of [
      [3, 2],
      [2, 3],
      [5, 7],
    ] as const) {
      await checkGradient(
        ({ waveform }) => resample(waveform as Tensor, from, to, filter),
        { waveform: ['batch', 'samples'] },
        { dataType: 'float32', sizes: { batch: 2, samples: 23 } },
      )
    }
  })

  test('coefficients stay few, and rates that are none are refused', () => {
    for (const [from, to] of [...pairs, [8999, 9000], [9000, 8999]] as const) {
      const { tiles, outputs } = sincPeriod(from, to, kaiserFast)
      const count = tiles.reduce((sum, { kernel }) => sum + kernel.data.length, 0)
      const taps = (2 * kaiserFast.zeroCrossings) / kaiserFast.rollOff / Math.min(1, to / from)
      expect(count / outputs, `${from} to ${to}`).toBeLessThan(2.5 * taps + 5)
    }
    for (const [from, to] of [
      [0, 16_000],
      [16_000.5, 8000],
      [Number.NaN, 8000],
      [8000, -1],
    ] as const) {
      expect(() => sincPeriod(from, to, kaiserBest)).toThrow(LimbicError)
    }
    expect(() => sincPeriod(999_983, 999_979, kaiserBest)).toThrow('larger common divisor')
  })
})

async function* inPieces(
  samples: Float32Array,
  sizes: readonly number[],
): AsyncGenerator<Float32Array> {
  let at = 0
  for (let turn = 0; at < samples.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield samples.subarray(at, at + size)
    at += size
  }
}

async function whole(pieces: AsyncIterable<Float32Array>): Promise<number[]> {
  const all: number[] = []
  for await (const piece of pieces) for (const value of piece) all.push(value)
  return all
}

describe('resampling in blocks', () => {
  test.each([
    [44_100, 16_000],
    [16_000, 44_100],
    [48_000, 16_000],
    [22_050, 8000],
  ])('from %s to %s Hz gives the same bits in any pieces', async (from, to) => {
    const resampler = await Resampler.open(nodeEngine, { from, to }, { threads: 1 })
    for (const length of [0, 1, 777, 100_003]) {
      const samples = noise(length)
      const once = await whole(resampler.run(inPieces(samples, [length || 1])))
      expect(once.length).toBe(Math.ceil((length * to) / from))
      expect(await whole(resampler.run(inPieces(samples, [1000, 1, 7, 40_000, 0])))).toEqual(once)
      if (length === 0) continue
      const graph = await compute(samples, (waveform) => resample(waveform, from, to))
      expect(largestGap(once, graph.data)).toBeLessThan(1e-6)
    }
    await resampler.close()
  })
})
