/** ALBERT against numbers of the published code: states, pooled, loss and gradients. */
import { describe, expect, test } from 'vitest'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { sharedPath } from '../../support/folders.js'

const path = sharedPath('golden', 'end-to-end', 'albert.safetensors')

describe.skipIf(!path)('golden/end-to-end/albert.safetensors (needs ../shared)', () => {
  test('states, pooled, loss and every gradient', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toEqual(['output', 'loss', 'gradients'])
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
