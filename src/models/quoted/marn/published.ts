/** MARN's parameters as the published modules name them. */
import { modalities } from '../../../base/modalities.js'
import type { PublishedName } from '../../define/model.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'
import { letterOf } from '../blocks/memory-published.js'

const parts: Readonly<Record<string, string>> = { input: 'W', recurrent: 'U', code: 'V' }

/** Between two linear layers of a `Sequential` stands an activation. */
const placeOf = (layer: string) => String(2 * Number(layer))

const rules: readonly RenamingRule[] = [
  [
    /^cells\.(\w+)\.(\w+)/,
    (modality = '', part = '') => `cells.${letterOf(modality)}.${parts[part] ?? part}`,
  ],
  [/^attention\.(\d)/, (layer = '') => `attention_model.${placeOf(layer)}`],
  [
    /^reduce\.(\w+)\.(\d)/,
    (modality = '', layer = '') =>
      `reduce.${modalities.findIndex((name) => name === modality)}.${placeOf(layer)}`,
  ],
  [/^code\.0/, () => 'G'],
  [/^code\.(\d)/, (layer = '') => `G.${placeOf(layer)}`],
  [/^head\.fc(\d)/, (layer = '') => `out${layer}`],
]

/** A parameter's name in the published modules. Both have the gates in the same order. */
export function publishedName(parameter: string): PublishedName {
  return { name: renamed(parameter, rules) }
}
