/** MulT's parameters as its authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { type RenamingRule, renamed } from '../published/renaming.js'

const letter: Readonly<Record<string, string>> = { text: 'l', audio: 'a', vision: 'v' }

const short = (modality = '') => letter[modality] ?? modality

const rules: readonly RenamingRule[] = [
  [/^projections\.(\w+)\./, (modality) => `proj_${short(modality)}.`],
  [
    /^crossmodal\.([a-z]+)_to_([a-z]+)\./,
    (query, key) => `trans_${short(query)}_with_${short(key)}.`,
  ],
  [/^memory\.(\w+)\./, (modality) => `trans_${short(modality)}_mem.`],
  [/\.linear([12])\./, (which) => `.fc${which}.`],
  [/\.norm([12])\./, (which) => `.layer_norms.${Number(which) - 1}.`],
  [/\.norm\./, () => '.layer_norm.'],
  [/^head\.first\./, () => 'proj1.'],
  [/^head\.second\./, () => 'proj2.'],
  [/^head\.output\./, () => 'out_layer.'],
]

/**
 * A parameter's name in the authors' `state_dict`, where projections have one axis more, of size 1.
 * The feedback's parameters, which that code has not, keep ours.
 */
export function publishedName(parameter: string): PublishedName {
  return { name: parameter.startsWith('feedback.') ? parameter : renamed(parameter, rules) }
}
