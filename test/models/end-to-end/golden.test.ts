/** FE2E, MESM and their pieces against numbers of the published code. */
import { describe, expect, test } from 'vitest'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { sharedPath } from '../../support/folders.js'

/** By the name of the file, what is compared besides the output. */
const files: Readonly<Record<string, readonly string[]>> = {
  'vgg-face': ['loss', 'gradients', 'input gradients', 'running statistics', 'evaluation'],
  'vgg-mel': ['loss', 'gradients', 'input gradients', 'running statistics', 'evaluation'],
  'sequence-transformer': ['loss', 'gradients', 'input gradients'],
  'weighted-fusion': ['loss', 'gradients', 'input gradients'],
  'mesm-attention': ['gradients', 'input gradients', 'selections'],
  'mesm-block': ['loss', 'gradients', 'input gradients', 'running statistics', 'selections'],
  'mesm-aligned': [
    ...['further results', 'selections', 'loss', 'gradients', 'running statistics', 'trajectory'],
    'evaluation',
  ],
  mesm: [
    ...['further results', 'selections', 'loss', 'gradients', 'running statistics', 'trajectory'],
    'evaluation',
  ],
  fe2e: [
    ...['further results', 'loss', 'gradients', 'running statistics', 'trajectory', 'evaluation'],
  ],
}

describe('golden/end-to-end (needs ../shared)', () => {
  for (const [name, expected] of Object.entries(files)) {
    const path = sharedPath('golden', 'end-to-end', `${name}.safetensors`)
    test.skipIf(!path)(name, async () => {
      const comparisons = await verifyReference(path ?? '')
      expect(comparisons.map(({ what }) => what)).toEqual(expect.arrayContaining([...expected]))
      expect(comparisons.filter((one) => !passes([one]))).toEqual([])
    })
  }
})
