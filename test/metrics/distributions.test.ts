/** The distribution functions behind p-values, against values of 30 digits and closed forms. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, studentTails } from '../../src/metrics/significance/distributions.js'

/** The difference as a share of what is expected. */
const error = (got: number, expected: number) => Math.abs(got - expected) / expected

describe("Student's distribution", () => {
  it.each([
    [0.3, 2.5, 0.7873423714951971],
    [2.776, 4, 0.05002277831997641],
    [8, 60, 4.900265147950203e-11],
    [1.96, 1000, 0.05027318495574872],
  ])('has the tails beyond %f with %f degrees of freedom to twelve digits', (t, freedom, tails) => {
    expect(error(studentTails(t, freedom), tails)).toBeLessThan(1e-12)
    expect(studentTails(-t, freedom)).toBe(studentTails(t, freedom))
  })

  it('equals its closed forms with one, two and three degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 30, noNaN: true }), (t) => {
        expect(error(studentTails(t, 1), (2 / Math.PI) * Math.atan(1 / t))).toBeLessThan(1e-12)
        const root = Math.sqrt(2 + t * t)
        expect(error(studentTails(t, 2), 2 / (root * (root + t)))).toBeLessThan(1e-12)
        const angle = Math.atan(t / Math.sqrt(3))
        const three = 1 - (2 / Math.PI) * (angle + Math.sin(angle) * Math.cos(angle))
        expect(studentTails(t, 3)).toBeCloseTo(three, 12)
      }),
    )
  })

  it('comes to the normal distribution', () => {
    expect(studentTails(1.7, 1e9)).toBeCloseTo(2 * normalCdf(-1.7), 8)
  })

  it('is defined at the edges', () => {
    expect(studentTails(0, 3)).toBe(1)
    expect(studentTails(Number.NEGATIVE_INFINITY, 3)).toBe(0)
    expect(studentTails(1e200, 3)).toBe(0)
    expect(studentTails(Number.NaN, 3)).toBeNaN()
  })
})

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [-1.5, 0.06680720126885807],
    [-1.999, 0.02280417693265889],
    [-2.001, 0.02269619494564156],
    [-9, 1.128588405953841e-19],
    [-30, 4.906713927148187e-198],
  ])('has Φ(%f) to twelve digits', (z, below) => {
    expect(error(normalCdf(z), below)).toBeLessThan(1e-12)
  })

  it('is symmetric and rises', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
        expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 14)
        expect(normalCdf(z + 0.01)).toBeGreaterThanOrEqual(normalCdf(z))
      }),
    )
  })
})
