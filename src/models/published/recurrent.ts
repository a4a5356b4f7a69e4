/** Parameters of recurrent layers as PyTorch names them. */
import type { PublishedName } from '../define/model.js'

const weights: Readonly<Record<string, string>> = {
  input_weight: 'weight_ih',
  recurrent_weight: 'weight_hh',
  input_bias: 'bias_ih',
  recurrent_bias: 'bias_hh',
}

const pattern = /(?<![^.])layer(\d+)\.(forward|backward)\.(\w+)$/

/**
 * PyTorch's name for the end of a recurrent parameter's path, `layer0.backward.input_weight`:
 * `weight_ih_l0_reverse`. What comes before it stays; other paths stay as they are.
 */
export function publishedRecurrent(path: string, kind: 'lstm' | 'gru'): PublishedName {
  if (!pattern.test(path)) return { name: path }
  const name = path.replace(
    pattern,
    (_, depth: string, direction: string, weight: string) =>
      `${weights[weight] ?? weight}_l${depth}${direction === 'backward' ? '_reverse' : ''}`,
  )
  return { name, gates: kind }
}
