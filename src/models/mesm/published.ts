/** Parameters of MESM as its authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { publishedName as fe2eName, publishedVgg } from '../fe2e/published.js'

/**
 * The indices of a sparse block's layers in the authors' list, which does not count activations.
 */
const layers: Readonly<Record<string, string>> = { conv1: '0', norm1: '1', conv2: '2', norm2: '3' }

const affine: Readonly<Record<string, string>> = {
  ...{ maps: 'channel_affine', query: 'y_affine', score: 'attn_weight_affine' },
}

/** The authors' name of a parameter of the sparse blocks, relative to the network. */
export function publishedBlocks(path: string): string {
  return path
    .replace(
      /\battention\.(\d)\.(\w+)/,
      (_, block: string, part: string) => `attn_layers.${block}.${affine[part] ?? part}`,
    )
    .replace(
      /\bsparse\.(\d)\.(\w+)/,
      (_, block: string, layer: string) => `sparse_layers.${block}.0.${layers[layer] ?? layer}`,
    )
}

const letters: Readonly<Record<string, string>> = { face: 'V', voice: 'A' }

/**
 * A parameter's name in the published code, where sparse weights have the shape
 * [9, 1, inputs, outputs].
 */
export function publishedName(parameter: string): PublishedName {
  const [part = '', inside = '', ...rest] = parameter.split('.')
  const letter = letters[part]
  if (letter === undefined) return fe2eName(parameter)
  if (inside === 'cnn') return { name: `${letter}.low_level.${publishedVgg(rest.join('.'))}` }
  if (inside === 'blocks') return { name: `${letter}.${publishedBlocks(rest.join('.'))}` }
  return fe2eName(parameter)
}
