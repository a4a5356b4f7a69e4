/** Finds the fields of a file that contain the modalities. */

import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import { PickledArray } from '../../../formats/pickle/index.js'
import { type Modality, modalities } from '../../dataset.js'
import { type Fields, required } from './fields.js'
import { holdsTexts } from './labels/matrix.js'
import { fieldValue, firstOf, modalityWords } from './names.js'
import type { FeatureFileOptions } from './options.js'

/** The field of each modality to read: those asked for, else those in the file. */
export function chooseModalities(
  train: Fields,
  { modalities: wished = {} }: FeatureFileOptions,
  where: string,
): ReadonlyMap<Modality, string> {
  for (const name of Object.keys(wished)) {
    if (modalities.some((modality) => modality === name)) continue
    const near = nearest(name, modalities)
    throw new LimbicError(`no modality called "${name}"`, {
      where: 'the option modalities',
      expected: modalities.join(', '),
      ...(near && { hint: `The nearest is "${near}"` }),
    })
  }
  const chosen = new Map<Modality, string>()
  for (const modality of modalities) {
    const field = wished[modality]
    if (field) required(train, field, where, `field for ${modality}`)
    if (field) chosen.set(modality, field)
    else if (field === undefined) {
      const found = modalityWords[modality].find((name) => isFeature(train, name))
      const written = found && firstOf(train, [found])
      if (written !== undefined) chosen.set(modality, written)
    }
  }
  if (chosen.size === 0) {
    throw new LimbicError('no features to read', {
      where,
      expected: modalities.join(' or '),
      got: [...train.keys()].slice(0, 20).join(', '),
      hint: 'Name the fields that hold them, such as --names vision=visual',
    })
  }
  return chosen
}

/** Whether a field may hold features; texts, such as words, are not features. */
function isFeature(fields: Fields, name: string): boolean {
  const value = fieldValue(fields, [name])
  if (value === undefined) return false
  // A field with a modality's own name is always taken as its features, and refused if it is
  // something else.
  if (fields.has(name) && Object.keys(modalityWords).includes(name)) return true
  return (value instanceof PickledArray || Array.isArray(value)) && !holdsTexts(value)
}
