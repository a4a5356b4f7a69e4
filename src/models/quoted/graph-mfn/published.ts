/** Graph-MFN's parameters as published code names them. */
import { modalities } from '../../../base/modalities.js'
import type { PublishedName } from '../../define/model.js'
import { letterOf, publishedMemoryName } from '../blocks/memory-published.js'

/** The second linear layer of a network is a `Sequential` within a `Sequential` there. */
const layers: Readonly<Record<string, string>> = { 0: '0', 1: '1.0', 2: '2' }

/** A vertex's name there: the numbers of its modalities. */
const numbersOf = (vertex: string) =>
  vertex
    .split('_')
    .map((name) => modalities.findIndex((modality) => modality === name))
    .join('_')

/** A parameter's name in published code. */
export function publishedName(parameter: string): PublishedName {
  return publishedMemoryName(parameter, [
    [/^transforms\.(\w+)/, (modality = '') => `${letterOf(modality)}_transform`],
    [/^graph\.efficacies\.(\d)/, (layer = '') => `graph_mfn.efficacy_model.${layers[layer]}`],
    [/^graph\.top\.(\d)/, (layer = '') => `graph_mfn.t_network.${layers[layer]}`],
    [
      /^graph\.vertices\.(\w+)\.(\d)/,
      (vertex = '', layer = '') => `graph_mfn.networks.${numbersOf(vertex)}.${layers[layer]}`,
    ],
  ])
}
