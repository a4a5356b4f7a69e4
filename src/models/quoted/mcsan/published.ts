/** MCSAN's parameters as reference files name them; its authors published no code. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const rules: readonly RenamingRule[] = [
  [/^encoders\.audio\.conv([12])\./, (which) => `conv${which}.`],
  [/^encoders\.(\w)\w*\.lstm\./, (modality) => `lstm_${modality}.`],
  [/^(cross|self)\.(\w)\w*\./, (kind, modality) => `${kind}_${modality}.`],
  [/\.self_attn\./, () => '.attention.'],
  [/^classifier\.hidden\./, () => 'fc1.'],
  [/^classifier\.output\./, () => 'fc2.'],
]

/** A parameter's name in reference files. */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'lstm')
}
