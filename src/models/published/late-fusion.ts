/** Parameters of the late-fusion baselines as their authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { publishedRecurrent } from './recurrent.js'

const letter: Readonly<Record<string, string>> = { text: 't', audio: 'a', vision: 'v' }

/**
 * A parameter's name in the published code of the document. Projections to a common width, which
 * that code has not, keep ours.
 */
export function publishedName(parameter: string): PublishedName {
  const [part, modality = '', ...rest] = parameter.split('.')
  const inside = rest.join('.')
  const short = letter[modality] ?? modality
  const recurrent = publishedRecurrent(inside, 'lstm')
  if (recurrent.gates) return { ...recurrent, name: `rnns.${short}.${recurrent.name}` }
  switch (part) {
    case 'encoders':
      return { name: `transformers.${short}.encoder.${inside}` }
    case 'class_token':
      return { name: `transformers.${short}.cls_emb.${inside}` }
    case 'heads':
      return { name: `affines.${short}.${inside}` }
    case 'fusion':
      return { name: 'weighted_fusion.weight' }
    default:
      return { name: parameter }
  }
}
