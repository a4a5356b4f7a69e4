/** The models that the documents quote, against numbers of their authors' code (needs ../shared). */
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { findModel } from '../../../src/models/index.js'
import { referenceMetadata } from '../../../src/models/published/reference-format.js'
import { findReference } from '../../../src/models/published/references.js'
import { Scope } from '../../../src/nn/index.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { sharedPath } from '../../support/folders.js'

/** What a file's comparisons must contain, and parameters that its code has and never uses. */
const files = [
  ['tfn', ['further results'], /num_batches_tracked$/],
  ['lmf', ['further results'], /num_batches_tracked$/],
  ['misa', ['further results', 'parts of the loss'], /^sp_discriminator\./],
  ['misa-adversarial', ['further results', 'parts of the loss'], /^sp_discriminator\./],
  ['mcsan', ['further results'], /^$/],
  ['self-mm', ['further results', 'parts of the loss', 'memory'], /^$/],
] as const

describe.each(files)('%s.safetensors', (name, compared, unused) => {
  const path = sharedPath('golden', 'quoted', `${name}.safetensors`)

  test.skipIf(!path)('output, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toEqual(
      expect.arrayContaining([...compared, 'output', 'loss', 'gradients', 'trajectory']),
    )
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })

  test.skipIf(!path)('the published names are those of the file, one to one', () => {
    const { metadata, tensors } = readSafetensors(path ?? '')
    const found = findReference(metadata.model, name)
    if (found.kind !== 'model') throw new Error('no model')
    const { settings, outputs } = found.format.read(referenceMetadata(metadata, name))
    const model = findModel(found.format.model)
    const scope = new Scope()
    const widths = Object.fromEntries(
      model.configure(settings).inputs.map((input) => {
        const { shape = [] } = tensors.get(`input.${found.format.inputs[input.name]}`) ?? {}
        return [input.name, input.shape?.length === 0 ? 1 : (shape.at(-1) ?? 0)]
      }),
    )
    model.configure(settings).build(scope, widths, outputs)
    const theirs = [...tensors.keys()].flatMap((key) => {
      const own = key.startsWith('param.') ? key.slice('param.'.length) : ''
      return own === '' || unused.test(own) ? [] : [own]
    })
    const ours = [...scope.graph.parameters.keys()].map((own) => model.published(own).name)
    expect(ours.sort()).toEqual(theirs.sort())
  })
})
