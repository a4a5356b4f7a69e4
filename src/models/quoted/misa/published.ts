/** MISA's parameters as its authors' code names them. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const short = (modality = '') => modality.slice(0, 1)

const rules: readonly RenamingRule[] = [
  [/^encoders\.text\.words\./, () => 'embed.'],
  [/^encoders\.(\w+)\.rnn([12])\./, (modality, which) => `${short(modality)}rnn${which}.`],
  [/^encoders\.(\w+)\.norm\./, (modality) => `${short(modality)}layer_norm.`],
  [/^projections\.(\w+)\.linear\./, (modality) => `${both('project', modality)}.`],
  [/^projections\.(\w+)\.norm\./, (modality) => `${both('project', modality)}_layer_norm.`],
  [/^private\.audio\./, () => 'private_a.private_a_3.'],
  [/^private\.(\w+)\./, (modality) => `${both('private', modality)}_1.`],
  [/^reconstructions\.(\w+)\./, (modality) => `${both('recon', modality)}_1.`],
  [/^shared\./, () => 'shared.shared_1.'],
  [/^fusion\.transformer\./, () => 'transformer_encoder.'],
  [/^fusion\.hidden\./, () => 'fusion.fusion_layer_1.'],
  [/^fusion\.output\./, () => 'fusion.fusion_layer_3.'],
  [/^discriminator\.first\./, () => 'discriminator.discriminator_layer_1.'],
  [/^discriminator\.second\./, () => 'discriminator.discriminator_layer_2.'],
]

/** A module of one layer, whose name occurs twice in that code's path. */
function both(part: string, modality: string | undefined): string {
  const name = `${part}_${short(modality)}`
  return `${name}.${name}`
}

/**
 * A parameter's name in the authors' `state_dict`. That code has a second discriminator, of shared
 * against private parts, which it never uses.
 */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'lstm')
}
