/** SelfCross's parameters as its authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { publishedRecurrent } from '../published/recurrent.js'
import { type RenamingRule, renamed } from '../published/renaming.js'

const modality: Readonly<Record<string, string>> = { text: 'text', audio: 'audio', vision: 'video' }

const rules: readonly RenamingRule[] = [
  [/^encoders\.(\w+)\.convolution\./, (name = '') => `${modality[name]}_conv.`],
  [/^encoders\.(\w+)\.recurrent\./, (name = '') => `${modality[name]}_encoder.`],
  // The published names say whose features go to whom: those of the asked to those who ask.
  [
    /^attention\.([a-z]+)_to_([a-z]+)\./,
    (query = '', key = '') => `mha_${letter(key)}_${letter(query)}.`,
  ],
  [/^attention\.([a-z]+)\./, (name = '') => `mha_${letter(name)}.`],
  [/^classifier\.hidden\./, () => 'concat_linear.'],
  [/^classifier\.output\./, () => 'classifier.'],
]

const letter = (name: string) => name.slice(0, 1)

/** A parameter's name in the authors' `state_dict`; convolutions have one axis more there, of size 1. */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'gru')
}
