/** Probabilities of logits: closed forms, and logits whose powers overflow. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sigmoid, softmax } from '../../src/metrics/index.js'

describe('probabilities of logits', () => {
  it('of one emotion are those of the logistic function, at the ends too', () => {
    expect(sigmoid(0)).toBe(0.5)
    expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 12)
    expect([sigmoid(1000), sigmoid(-1000)]).toEqual([1, 0])
  })

  it('of classes are shares of the powers of e', () => {
    const [one, two, three] = softmax([Math.log(1), Math.log(2), Math.log(5)])
    expect(one).toBeCloseTo(1 / 8, 12)
    expect(two).toBeCloseTo(2 / 8, 12)
    expect(three).toBeCloseTo(5 / 8, 12)
  })

  it('of two classes are the logistic function of their difference, also far from zero', () => {
    const logit = fc.double({ min: -30, max: 30, noNaN: true })
    fc.assert(
      fc.property(logit, logit, fc.constantFrom(0, 1000, -1000), (one, other, shift) => {
        const [first = Number.NaN, second = Number.NaN] = softmax([one + shift, other + shift])
        expect(first).toBeCloseTo(sigmoid(one - other), 9)
        expect(first + second).toBeCloseTo(1, 12)
      }),
    )
  })
})
