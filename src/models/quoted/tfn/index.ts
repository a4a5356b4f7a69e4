/** TFN: the tensor product of three modalities (Zadeh et al., 2017). */
import { z } from 'zod'
import {
  add,
  multiply,
  relu,
  reshape,
  sigmoid,
  type Tensor,
  unsqueeze,
} from '../../../graph/index.js'
import { constant } from '../../../nn/initialise.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { inOrder } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { count, probability } from '../../define/settings.js'
import { publishedName, subnetSettings, subnets, vectorMaps, withOne } from '../blocks/subnets.js'

const tfnSettings = z.strictObject({
  ...subnetSettings({
    ...{ audioHidden: 4, visionHidden: 16, textHidden: 128, textWidth: 64 },
    dropout: 0.3,
  }),
  fusionWidth: count.default(32).describe('width of the two layers after the fusion'),
  fusionDropout: probability.default(0.3).describe('dropout on the fused tensor'),
  squash: z
    .boolean()
    .optional()
    .describe(
      'limit the prediction to -3 to 3, the range of sentiment scores, by a sigmoid (default: if there is a single output)',
    ),
})

type TfnSettings = z.infer<typeof tfnSettings>

/**
 * The tensor product of one vector per modality, each with a 1 before it, so that it holds the
 * products of features of one, two and three modalities. Two layers with ReLU and a linear one
 * predict from it.
 *
 * Maps: `vector.<modality>` [batch, width], the vectors before the 1.
 */
export const tfn = defineModel<TfnSettings>({
  name: 'tfn',
  title: 'the tensor product of one vector per modality',
  source: 'Tensor Fusion Network for Multimodal Sentiment Analysis (2017), cited by MMLatch',
  aligned: false,
  settings: tfnSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const encode = subnets(scope, widths, settings, 'tfn')
    const drop = dropout(scope, settings.fusionDropout)
    const units = settings.fusionWidth
    const elements = [...encode.widths.values()].reduce((total, width) => total * (width + 1), 1)
    const first = linear(scope.child('post_fusion_layer_1'), { inputs: elements, units })
    const second = linear(scope.child('post_fusion_layer_2'), { inputs: units, units })
    const third = linear(scope.child('post_fusion_layer_3'), { inputs: units, units: outputs })
    const squash = (settings.squash ?? outputs === 1) ? intoRange(scope) : undefined
    return (given) => {
      const vectors = encode.apply(given)
      const fused = [...vectors.values()].map(withOne).reduce(outerProduct)
      const score = third(relu(second(relu(first(drop(fused))))))
      return { prediction: squash ? squash(score) : score, maps: vectorMaps(vectors) }
    }
  },
})

/**
 * The outer product of two vectors per sample, flattened row by row: [batch, m] and [batch, n] to
 * [batch, m x n].
 */
function outerProduct(first: Tensor, second: Tensor): Tensor {
  const products = multiply(unsqueeze(first, 2), unsqueeze(second, 1))
  return reshape(products, [first.size(0), first.fixedSize(1) * second.fixedSize(1)])
}

/** A sigmoid scaled to -3 to 3. Its two parameters are not trained. */
function intoRange(scope: Scope): Layer {
  const range = scope.parameter('output_range', [1], constant(6), false)
  const shift = scope.parameter('output_shift', [1], constant(-3), false)
  return (score) => add(multiply(sigmoid(score), range), shift)
}
