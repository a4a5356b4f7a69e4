/** Parameters of MFN and Graph-MFN as published code names them. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const perceptrons: Readonly<Record<string, string>> = {
  attention: 'att1',
  proposal: 'att2',
  'memory.retain': 'gamma1',
  'memory.update': 'gamma2',
  head: 'out',
}

/** The published letter of a modality. */
export const letterOf = (modality: string): string =>
  modality === 'text' ? 'l' : modality.slice(0, 1)

const rules: readonly RenamingRule[] = [
  // LSTM cells, which have one layer and one direction.
  [
    /^lstms\.(\w+)\.(.*)_l0$/,
    (modality = '', weight = '') => `lstm_${letterOf(modality)}.${weight}`,
  ],
  ...Object.entries(perceptrons).map(
    ([ours, theirs]): RenamingRule => [
      new RegExp(`^${ours.replace('.', '\\.')}\\.fc(\\d)`),
      (layer = '') => `${theirs}_fc${layer}`,
    ],
  ),
]

/** A parameter's name in published code; a model's `own` rules come first. */
export function publishedMemoryName(
  parameter: string,
  own: readonly RenamingRule[] = [],
): PublishedName {
  const { name, ...layout } = publishedRecurrent(parameter, 'lstm')
  return { ...layout, name: renamed(name, [...own, ...rules]) }
}
