import { expect, test } from 'vitest'
import { afterEpoch, startPlateau } from '../../src/learn/optimiser/plateau.js'

const settings = { factor: 0.5, patience: 2, cooldown: 2, floor: 1 / 20 }

test('the rate falls as with PyTorch 2.15 (ReduceLROnPlateau, patience 2, cooldown 2)', () => {
  const losses = [
    1,
    0.9,
    0.9,
    0.91,
    0.92,
    0.95,
    0.93,
    0.9,
    0.89995,
    0.88,
    0.89,
    ...Array(25).fill(0.9),
  ]
  // Rates as PyTorch gave them: [rate, number of epochs].
  const expected = [
    [5e-4, 4],
    [2.5e-4, 8],
    [1.25e-4, 5],
    [6.25e-5, 5],
    [3.125e-5, 5],
    [2.5e-5, 9],
  ].flatMap(([rate, epochs]) => Array(epochs).fill(rate))
  let state = startPlateau(5e-4)
  const rates = losses.map((loss: number) => {
    state = afterEpoch(state, loss, 5e-4, settings)
    return state.rate
  })
  expect(rates).toEqual(expected)
})

test('a steady fall leaves the rate alone', () => {
  let state = startPlateau(1)
  for (let epoch = 0; epoch < 50; epoch++) state = afterEpoch(state, 0.9 ** epoch, 1, settings)
  expect(state.rate).toBe(1)
})

test('of a negative loss only a fall is better', () => {
  let state = startPlateau(1)
  for (const loss of [-1, -0.99995, -0.9999]) state = afterEpoch(state, loss, 1, settings)
  expect(state).toMatchObject({ best: -1, bad: 2 })
  expect(afterEpoch(state, -1.001, 1, settings)).toMatchObject({ best: -1.001, bad: 0 })
})
