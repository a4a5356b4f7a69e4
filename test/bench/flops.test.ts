import { describe, expect, it } from 'vitest'
import {
  bidirectionalLstm,
  hda,
  linear,
  mmlatch,
  mult,
  selfcross,
  transformerLayer,
} from '../../bench/flops.js'
import { mesmExtraction, systemWork } from '../../bench/systems/flops.js'

describe('floating-point operations', () => {
  it('counts two products backward, one where the input wants no gradient', () => {
    expect(linear(2, 3, 5)).toEqual({ forward: 60, training: 180 })
    expect(linear(2, 3, 5, false)).toEqual({ forward: 60, training: 120 })
  })

  it('counts both directions, four gates, input and recurrent products', () => {
    const forward = 2 * 2 * 32 * 50 * 400 * (300 + 100)
    const initialState = 2 * 2 * 32 * 400 * 100
    expect(bidirectionalLstm()).toEqual({ forward, training: 3 * forward - initialState })
  })

  it('counts the transformer layer as 12 width squared a step, and attention', () => {
    const forward = 2 * 32 * 500 * (12 * 120 * 120 + 2 * 500 * 120)
    expect(transformerLayer()).toEqual({ forward, training: 3 * forward })
  })

  it('adds a second encoding and the mask producers for feedback', () => {
    const encoding = 2 * 1600 * (2 * 400 * (300 + 74 + 35 + 300) + 3 * (30000 + 2 * 50 * 100))
    const masks = [300, 74, 35].reduce(
      (total, units) => total + 2 * 2 * 1600 * 4 * units * (100 + units),
      0,
    )
    const extra = mmlatch(true).forward - mmlatch(false).forward
    expect(extra).toBe(encoding + masks)
  })

  it.each([
    { feedback: true, forward: 11_312_678_400, training: 32_805_644_288 },
    { feedback: false, forward: 5_591_052_800, training: 15_705_638_400 },
  ])('agrees with the counter of PyTorch on MMLatch, feedback $feedback', (counted) => {
    const { forward, training } = mmlatch(counted.feedback)
    expect({ forward, training }).toEqual({
      forward: counted.forward,
      training: counted.training,
    })
  })

  it.each([
    { name: 'SelfCross, self', work: selfcross('self'), counted: [14_803_774_720, 39_577_583_360] },
    {
      name: 'SelfCross, cross',
      work: selfcross('cross'),
      counted: [15_558_119_680, 41_840_618_240],
    },
    { name: 'MulT', work: mult(), counted: [25_990_979_040, 77_879_157_120] },
  ])('agrees with the counter of PyTorch on $name', ({ work, counted }) => {
    expect([work.forward, work.training]).toEqual(counted)
  })

  it('agrees with it on HDA, but for the small matrices whose roots are taken', () => {
    const { forward, training } = hda()
    expect(forward).toBe(788_004_864)
    expect(2_450_580_480 - training).toBeGreaterThan(0)
    expect((2_450_580_480 - training) / training).toBeLessThan(2e-4)
  })

  it.each([
    ['tfn', 713_590_912, 1_645_058_432],
    ['lmf', 704_306_176, 1_617_204_224],
    ['mfn', 2_225_291_264, 6_113_181_696],
    ['graph-mfn', 4_030_791_680, 11_508_875_264],
    ['marn', 836_976_640, 2_093_793_280],
    ['raven', 16_747_812_000, 49_587_036_000],
    ['mctn', 140_290_048, 866_023_424],
    ['misa', 25_286_805_504, 75_375_904_768],
    ['self-mm', 334_495_744, 909_283_328],
    ['multimodal-routing', 101_088_539_136, 303_003_857_408],
    ['tbje', 108_213_698_560, 324_416_700_416],
    ['fe2e', 76_982_044_816, 230_382_524_848],
  ] as const)('agrees with the counter of PyTorch on %s', (name, forward, training) => {
    expect(systemWork[name]()).toEqual({ forward, training })
  })

  it('agrees with it on MCSAN, but for the scores that its attention computes again backward', () => {
    const { forward, training } = systemWork.mcsan()
    const again = 2 * 32 * (112 + 50) ** 2 * 128
    expect({ forward, training: training + again }).toEqual({
      forward: 9_826_304_000,
      training: 27_711_045_632,
    })
  })

  it('counts half of the positions of the sparse blocks, and half of their neighbours', () => {
    const dense = 2 * 16 * (24 * 24 * (25 * 4 * 3 * 64 + 4 * 9 * 64 * 64))
    const blocks = [
      { positions: 16 * 24 * 24, inputs: 64, filters: 128 },
      { positions: 16 * 12 * 12, inputs: 128, filters: 256 },
      { positions: 16 * 6 * 6, inputs: 256, filters: 512 },
    ].map(({ positions, inputs, filters }) => {
      const attention = positions * inputs * (inputs + 1) + 16 * 768 * inputs
      return 2 * (attention + (positions / 2) * 5 * filters * (inputs + filters))
    })
    expect(mesmExtraction('face').forward).toBe(blocks.reduce((sum, own) => sum + own, dense))
  })
})
