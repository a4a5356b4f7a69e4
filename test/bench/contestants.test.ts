import { expect, test } from 'vitest'
import { crossing, delta, latch, translating } from '../../bench/contestants.js'
import { predictionGraph } from '../../src/learn/step/graphs.js'

// What the scripts in bench/peers print of their models.
test.each([
  { name: 'MMLatch', setting: () => latch('lstm'), count: 2_741_153 },
  { name: 'SelfCross, self', setting: () => crossing('self'), count: 1_645_892 },
  { name: 'SelfCross, cross', setting: () => crossing('cross'), count: 1_820_132 },
  { name: 'MulT', setting: translating, count: 874_651 },
  { name: 'HDA', setting: delta, count: 192_318 },
])('$name has as many parameters as its peer', ({ setting, count }) => {
  const { model, widths, task } = setting()
  const { parameters } = predictionGraph(model, widths, task)
  const sizes = parameters.map(({ shape }) => shape.reduce((product, size) => product * size, 1))
  expect(sizes.reduce((total, size) => total + size, 0)).toBe(count)
})
