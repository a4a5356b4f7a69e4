/** Parameters of FE2E and MESM as their authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { type RenamingRule, renamed } from '../published/renaming.js'

/** The indices of the blocks in the authors' list, which also holds activations and pooling. */
const publishedBlocks = [4, 5, 6, 8, 10] as const

/** The names within the convolutional network. */
const vggRules: readonly RenamingRule[] = [
  [/\bfirst\.conv\b/, () => '0'],
  [/\bfirst\.norm\b/, () => '1'],
  [/\bblocks\.(\d)\b/, (block = '0') => String(publishedBlocks[Number(block)] ?? block)],
  [/\bnorm([12])\b(?=\.(?:weight|bias|running))/, (place = '') => `bn${place}`],
]

/** The authors' name of a parameter of a convolutional network. */
export function publishedVgg(path: string): string {
  return renamed(path, vggRules)
}

const letters: Readonly<Record<string, string>> = { face: 'v', voice: 'a' }

/**
 * A parameter's name in the published code. The pooler of ALBERT, which that code has but never
 * applies, has no counterpart here.
 */
export function publishedName(parameter: string): PublishedName {
  const [part = '', inside = '', ...rest] = parameter.split('.')
  const path = rest.join('.')
  if (part === 'fusion') return { name: 'weighted_fusion.weight' }
  if (part === 'text') {
    return { name: inside === 'encoder' ? `T.albert.${path}` : `t_out.${path}` }
  }
  const letter = letters[part] ?? part
  switch (inside) {
    case 'cnn':
      return { name: `${letter.toUpperCase()}.${publishedVgg(path)}` }
    case 'flatten':
      return { name: `${letter}_flatten.${path}` }
    case 'transformer':
      return {
        name: `${letter}_transformer.${path.replace('class_token', 'cls_emb')}`,
      }
    default:
      return { name: `${letter}_out.${path}` }
  }
}
