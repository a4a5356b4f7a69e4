/** MARN: attentions across the hybrid memories of several modalities (Zadeh et al., 2018). */
import {
  concat,
  reduceSum,
  reshape,
  split,
  stack,
  type Tensor,
  transpose,
} from '../../../graph/index.js'
import { perceptron } from '../../../nn/layers/perceptron.js'
import { lastStep } from '../../../nn/layers/steps.js'
import { inOrder, sequenceOf, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { hybridMemory } from './hybrid-memory.js'
import { publishedName } from './published.js'
import { type MarnSettings, marnSettings } from './settings.js'

/**
 * Recurrent cells per modality that also read a code, made by several attentions across the outputs
 * of all cells at the step before (see `hybridMemory`). The last outputs and the last code predict.
 *
 * Maps: `shares.<modality>+...` [batch, attentions, time, modalities], the share of each attention
 * on each modality at each step; `weights` [batch, time, attentions x hidden of all], the
 * attentions themselves, modality after modality, and within a modality attention after attention;
 * `codes` [batch, time, code].
 */
export const marn = defineModel<MarnSettings>({
  name: 'marn',
  title: 'recurrent cells per modality that share what several attentions find across them',
  source:
    'Multi-attention Recurrent Network for Human Communication Comprehension (2018), described by HDA',
  aligned: true,
  settings: marnSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { attentions, code, depth, networkWidth, activation, softmax, headWidth } = settings
    const chosen = inOrder(settings.modalities)
    const cells = chosen.map((modality) => ({
      name: modality,
      inputs: widthOf(widths, modality, 'marn'),
      hidden: settings[`${modality}Hidden`],
      reduced: settings[`${modality}Reduced`],
    }))
    const run = hybridMemory(scope, {
      ...{ cells, attentions, softmax, code, depth, networkWidth, activation },
    })
    const hidden = cells.reduce((sum, cell) => sum + cell.hidden, 0)
    const predict = perceptron(scope.child('head'), {
      ...{ inputs: hidden + code, units: headWidth, outputs, dropout: settings.headDropout },
    })
    return (given) => {
      const inputs = chosen.map((modality) => sequenceOf(given, modality, 'marn'))
      const lengths = settings.padding === 'hidden' ? inputs[0]?.lengths : undefined
      const steps = run(inputs.map(({ sequence }) => sequence))
      const { codes } = steps
      const parts = split(
        steps.weights,
        cells.map((cell) => cell.hidden),
        3,
      )
      return {
        prediction: predict(lastStep(concat([steps.outputs, codes], 2), lengths)),
        maps: { [`shares.${chosen.join('+')}`]: sharesOf(parts), weights: flat(parts), codes },
      }
    }
  },
})

/**
 * The sums of the attentions on each modality's outputs: [batch, time, attentions, hidden] each to
 * [batch, attentions, time, modalities].
 */
function sharesOf(parts: readonly Tensor[]): Tensor {
  const sums = parts.map((part) => reduceSum(part, 3))
  return transpose(stack(sums, 3), [0, 2, 1, 3])
}

/**
 * The same attentions flattened, modality after modality:
 * [batch, time, attentions x hidden of all].
 */
function flat(parts: readonly Tensor[]): Tensor {
  const rows = parts.map((part) => {
    const [batch, time, attentions, hidden] = part.axes('batch', 'time', 'attentions', 'hidden')
    return reshape(part, [batch, time, Number(attentions) * Number(hidden)])
  })
  return concat(rows, 2)
}
