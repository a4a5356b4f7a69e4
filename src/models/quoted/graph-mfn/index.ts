/**
 * Graph-MFN: MFN with a dynamic graph of the combinations of modalities (Bagher Zadeh et al.,
 * 2018).
 */

import { lookUp } from '../../../base/lookup.js'
import { concat, relu } from '../../../graph/index.js'
import { linear } from '../../../nn/layers/linear.js'
import { inOrder } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { memoryHead } from '../blocks/memory-head.js'
import { before, systemOfLstms } from '../blocks/system-of-lstms.js'
import { fusionGraph } from './fusion-graph.js'
import { publishedName } from './published.js'
import { type GraphMfnSettings, graphMfnSettings } from './settings.js'

/**
 * One LSTM per modality; a linear layer with ReLU turns its values before and after each step into
 * the vertex of that modality. A dynamic fusion graph adds a vertex for each combination of
 * modalities and joins all of them in a top vertex (see `fusionGraph`), which proposes a new memory
 * and sets the gates between the proposal and the memory so far. The last outputs of the LSTMs and
 * the last memory predict.
 *
 * Maps: `graph.<modalities>` [batch, time, edges], the efficacies: how much flows along each edge of
 * the graph of the modalities' subsets at each step; `fused` [batch, time, node], the top vertex;
 * `memory` [batch, time, memory], after each step.
 */
export const graphMfn = defineModel<GraphMfnSettings>({
  name: 'graph-mfn',
  title: 'one LSTM per modality, a dynamic graph of their combinations, and a gated memory',
  source:
    'Multimodal Language Analysis in the Wild: CMU-MOSEI Dataset and Interpretable Dynamic Fusion Graph (2018), quoted by HDA',
  aligned: true,
  settings: graphMfnSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { node, core, reads } = settings
    const chosen = inOrder(settings.modalities)
    const read = systemOfLstms(scope.child('lstms'), chosen, widths, settings, 'graph-mfn')
    const singles = new Map(chosen.map((modality) => [modality, settings[`${modality}Hidden`]]))
    const transforms = new Map(
      chosen.map((modality) => {
        const units = settings[`${modality}Hidden`]
        return [
          modality,
          linear(scope.child('transforms').child(modality), { inputs: 2 * units, units }),
        ]
      }),
    )
    const fuse = fusionGraph(scope.child('graph'), {
      ...{ singles, node, core },
      squash: settings.efficacies === 'sigmoid',
      learns: settings.vertexNetworks === 'learning',
    })
    const hidden = [...singles.values()].reduce((sum, width) => sum + width, 0)
    const predict = memoryHead(
      scope,
      { inputs: node, hidden, outputs, seesMemory: settings.gates === 'memory' },
      settings,
    )
    return (given) => {
      const all = read(given)
      const vertices = all.views.map((view) => {
        const after = view[reads]
        const transform = lookUp(transforms, view.modality, 'transform')
        return [view.modality, relu(transform(concat([before(after), after], 2)))] as const
      })
      const { fused, efficacies } = fuse(new Map(vertices))
      const { prediction, memory } = predict(fused, all)
      return { prediction, maps: { [`graph.${chosen.join('_')}`]: efficacies, fused, memory } }
    }
  },
})
