/** Self-MM's parameters as its authors' code names them. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const name = (head = '') => (head === 'vision' ? 'video' : head)

const rules: readonly RenamingRule[] = [
  [/^encoders\.(\w+)\./, (modality) => `${name(modality)}_model.`],
  [/^heads\.(\w+)\.layer_/, (head) => `post_${name(head)}_layer_`],
]

/** A parameter's name in the authors' `state_dict`. */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'lstm')
}
