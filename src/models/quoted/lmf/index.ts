/** LMF: a tensor product of low rank (Liu et al., 2018). */
import { z } from 'zod'
import { lookUp } from '../../../base/lookup.js'
import { add, matmul, multiply, reduceSum, reshape, type Tensor } from '../../../graph/index.js'
import { xavierNormal, zeros } from '../../../nn/initialise.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { inOrder } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { count } from '../../define/settings.js'
import { publishedName, subnetSettings, subnets, vectorMaps, withOne } from '../blocks/subnets.js'

const lmfSettings = z.strictObject({
  ...subnetSettings({
    ...{ audioHidden: 16, visionHidden: 128, textHidden: 128, textWidth: 64 },
    dropout: 0.2,
  }),
  rank: count.default(4).describe('rank of the factors of the fusion'),
  weightedRanks: z
    .boolean()
    .default(false)
    .describe(
      'learn a weight for each rank, and a bias, as in the published code; otherwise the ranks are summed, as in the paper',
    ),
})

type LmfSettings = z.infer<typeof lmfSettings>

/**
 * A linear layer on a tensor product (see `tfn`) whose weight tensor has low rank: for each rank,
 * each modality's vector with a 1 before it is projected to the outputs, and the projections are
 * multiplied element by element; the results are summed over the ranks. The tensor product itself
 * is never computed. Sizes are those of MMSA for CMU-MOSEI.
 *
 * Maps: `vector.<modality>` [batch, width], the vectors before the 1.
 */
export const lmf = defineModel<LmfSettings>({
  name: 'lmf',
  title: 'a tensor product of low rank, never computed itself',
  source:
    'Efficient Low-rank Multimodal Fusion with Modality-Specific Factors (2018), cited by MMLatch',
  aligned: false,
  settings: lmfSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { rank } = settings
    const encode = subnets(scope, widths, settings, 'lmf')
    const factors = new Map(
      [...encode.widths].map(([modality, width]) => {
        const name = `${modality === 'vision' ? 'video' : modality}_factor`
        return [modality, scope.parameter(name, [rank, width + 1, outputs], xavierNormal())]
      }),
    )
    const combine = settings.weightedRanks ? weightedSum(scope, rank, outputs) : sumOfRanks
    return (given) => {
      const vectors = encode.apply(given)
      const projections = [...vectors].map(([modality, vector]) =>
        matmul(withOne(vector), lookUp(factors, modality, 'factor')),
      )
      return {
        prediction: combine(projections.reduce((product, own) => multiply(product, own))),
        maps: vectorMaps(vectors),
      }
    }
  },
})

/** [rank, batch, outputs] to [batch, outputs]. */
const sumOfRanks: Layer = (products) => reduceSum(products, 0)

/** The same with learned weights. Parameters: `fusion_weights` [1, rank], `fusion_bias` [1, outputs]. */
function weightedSum(scope: Scope, rank: number, outputs: number): Layer {
  const weights = scope.parameter('fusion_weights', [1, rank], xavierNormal())
  const bias = scope.parameter('fusion_bias', [1, outputs], zeros)
  return (products: Tensor) =>
    add(reduceSum(multiply(products, reshape(weights, [rank, 1, 1])), 0), bias)
}
