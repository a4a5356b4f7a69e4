/** What PyTorch's modules call the parameters of a recurrent layer. */
const kinds: Readonly<Record<string, string>> = {
  input_weight: 'weight_ih',
  recurrent_weight: 'weight_hh',
  input_bias: 'bias_ih',
  recurrent_bias: 'bias_hh',
}

/** `...layer0.backward.input_bias` is `bias_ih_l0_reverse`; undefined for any other parameter. */
export function recurrentName(parameter: string): string | undefined {
  const [, depth, direction, kind] = parameter.match(/layer(\d+)\.(forward|backward)\.(\w+)$/) ?? []
  if (kind === undefined) return undefined
  return `${kinds[kind] ?? kind}_l${depth}${direction === 'backward' ? '_reverse' : ''}`
}
