/** limbic models of models whose inputs are no vectors. */
import { expect, test } from 'vitest'
import { succeed } from '../support/command-line.js'

test.each([
  // 478.2 and 837.0 million products a face and a chunk, each with its addition.
  ['fe2e', /1\.33e\+5 million/],
  ['mesm', /million floating-point operations for a sample of 50 steps/],
])('%s is shown with its size and cost', async (name, cost) => {
  const shown = await succeed('models', name)
  expect(shown).toMatch(/--share|--channels/)
  expect(shown).toMatch(cost)
})
