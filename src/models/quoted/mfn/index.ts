/**
 * MFN: attention on the cell states of several LSTMs, and a memory across them (Zadeh et al.,
 * 2018).
 */
import {
  concat,
  multiply,
  reduceSum,
  softmax,
  split,
  stack,
  type Tensor,
} from '../../../graph/index.js'
import { perceptron } from '../../../nn/layers/perceptron.js'
import { inOrder } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { memoryHead } from '../blocks/memory-head.js'
import { publishedMemoryName } from '../blocks/memory-published.js'
import { before, systemOfLstms, type View } from '../blocks/system-of-lstms.js'
import { type MfnSettings, mfnSettings } from './settings.js'

/**
 * One LSTM per modality. At each step an attention weighs the entries of all cell states before and
 * after it; the weighted entries propose a new memory and set the gates between the proposal and
 * the memory so far. The last outputs of the LSTMs and the last memory predict.
 *
 * Maps: `shares.<modality>_before+...+<modality>+...` [batch, time, 2 x modalities], the share of
 * the attention on each modality before and after the step; `weights`
 * [batch, time, 2 x sum of hidden sizes], the attention itself; `memory` [batch, time, memory],
 * after each step.
 */
export const mfn = defineModel<MfnSettings>({
  name: 'mfn',
  title: 'attention on the cells of one LSTM per modality, and a gated memory across them',
  source: 'Memory Fusion Network for Multi-view Sequential Learning (2018), cited by HDA and MESM',
  aligned: true,
  settings: mfnSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: (parameter) => publishedMemoryName(parameter),
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const read = systemOfLstms(scope.child('lstms'), chosen, widths, settings, 'mfn')
    const hidden = chosen.reduce((sum, modality) => sum + settings[`${modality}Hidden`], 0)
    const cells = 2 * hidden
    const attend = perceptron(scope.child('attention'), {
      ...{ inputs: cells, units: settings.attentionWidth, outputs: cells },
      dropout: settings.attentionDropout,
    })
    const predict = memoryHead(
      scope,
      { inputs: cells, hidden, outputs, seesMemory: settings.gates === 'memory' },
      settings,
    )
    return (given) => {
      const all = read(given)
      const { views } = all
      const after = concat(
        views.map((view) => view.cells),
        2,
      )
      const both = concat([before(after), after], 2)
      const weights = softmax(attend(both), 2)
      const { prediction, memory } = predict(multiply(weights, both), all)
      return {
        prediction,
        maps: { [sharesName(views)]: sharesOf(weights, views), weights, memory },
      }
    }
  },
})

function sharesName(views: readonly View[]): string {
  const names = views.map(({ modality }) => modality)
  return `shares.${[...names.map((name) => `${name}_before`), ...names].join('+')}`
}

/** The sum of the attention on each modality's cell state before and after the step. */
function sharesOf(weights: Tensor, views: readonly View[]): Tensor {
  const sizes = [...views, ...views].map(({ hidden }) => hidden)
  return stack(
    split(weights, sizes, 2).map((part) => reduceSum(part, 2)),
    2,
  )
}
