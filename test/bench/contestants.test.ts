import { expect, test } from 'vitest'
import { crossing, delta, latch, translating } from '../../bench/contestants.js'
import { systems } from '../../bench/systems/settings.js'
import { predictionGraph, trainingGraph } from '../../src/learn/step/graphs.js'

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

// In training, for what only training has.
test.each([
  ['tfn', 408_015],
  ['lmf', 268_859],
  ['mfn', 454_193],
  ['graph-mfn', 689_696],
  ['marn', 174_121],
  ['raven', 1_194_853],
  ['mctn', 147_100],
  ['misa', 5_997_613],
  ['self-mm', 161_780],
  ['mcsan', 1_628_548],
  ['multimodal-routing', 30_902_007],
  ['tbje', 31_375_920],
  ['fe2e', 36_191_893],
] as const)('%s has as many parameters as its peer', (name, count) => {
  const { model, widths, task, trainingSet } = systems[name]()
  const options = trainingSet ? { trainingSet } : {}
  const { parameters } = trainingGraph(model, widths, task, { weightDecay: 0 }, options)
  const learned = parameters.filter(({ trainable }) => trainable)
  const sizes = learned.map(({ shape }) => shape.reduce((product, size) => product * size, 1))
  expect(sizes.reduce((total, size) => total + size, 0)).toBe(count)
})
