/** Multimodal Routing's parameters as its authors' code names them. */
import type { PublishedName } from '../../define/model.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const letter: Readonly<Record<string, string>> = { text: 'l', audio: 'a', vision: 'v' }
const capsule: Readonly<Record<string, string>> = { text: 't', audio: 'a', vision: 'v' }

const short = (modality = '') => letter[modality] ?? modality

/** A feature's name there, one letter per modality: `tav` for all, `vt` for `vision_text`. */
const capsuleOf = (feature = '') =>
  feature
    .split('_')
    .map((modality) => capsule[modality] ?? modality)
    .join('')

const rules: readonly RenamingRule[] = [
  [/^projections\.(\w+)\./, (modality) => `mult.proj_${short(modality)}.`],
  [
    /^crossmodal\.([a-z]+)_to_([a-z]+)\./,
    (query, key) => `mult.trans_${short(query)}_with_${short(key)}.`,
  ],
  [/^alone\.(\w+)\./, (modality) => `mult.trans_${short(modality)}.`],
  [/^joined\./, () => 'mult.final_lav.'],
  [/\.linear([12])\./, (which) => `.fc${which}.`],
  [/\.norm([12])\./, (which) => `.layer_norms.${Number(which) - 1}.`],
  [/\.norm\./, () => '.layer_norm.'],
  [/^capsules\.(\w+)\./, (feature) => `pc_${capsuleOf(feature)}.`],
  [/^votes$/, () => 'mc.w'],
  [/^classes$/, () => 'embedding'],
]

/** A parameter's name in the authors' `state_dict`, where projections have one axis more, of size 1. */
export function publishedName(parameter: string): PublishedName {
  return { name: renamed(parameter, rules) }
}
