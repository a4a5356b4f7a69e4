/** SelfCross's attention within and between modalities, and what is made of it. */
import { lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { concat, type Tensor } from '../../graph/index.js'
import { multiHeadAttention } from '../../nn/attention/multi-head-attention.js'
import { statisticalPooling } from '../../nn/layers/pooling.js'
import type { Scope } from '../../nn/scope.js'
import type { Encoded } from './encoder.js'
import type { SelfCrossSettings } from './settings.js'

/** Who asks, and who is asked. */
type Pair = readonly [query: Modality, key: Modality]

/** Every modality with itself, or with each other one. */
function pairsOf(chosen: readonly Modality[], attention: 'self' | 'cross'): Pair[] {
  return chosen.flatMap((query) =>
    chosen
      .filter((key) => (query === key) === (attention === 'self'))
      .map((key): Pair => [query, key]),
  )
}

/**
 * Attention of several pairs and what is made of it (document section 2, figures 1 and 2): the
 * average over time of what each attention gives, [batch, 2 x hidden], and of these vectors the
 * unbiased standard deviation and the mean for each feature, [batch, 4 x hidden], in this order,
 * which is the published one. Without statistics, and where there is but one vector, which has
 * none, the vectors stand side by side.
 */
export function attentionFusion(
  scope: Scope,
  attention: 'self' | 'cross',
  chosen: readonly Modality[],
  settings: SelfCrossSettings,
) {
  const width = 2 * settings.hidden
  const { heads, attentionDropout } = settings
  const modules = pairsOf(chosen, attention).map(([query, key]) => {
    const name = query === key ? query : `${query}_to_${key}`
    const place = scope.child(name)
    const attend = multiHeadAttention(place, { width, heads, dropout: attentionDropout })
    return { query, key, name, attend }
  })
  const pools = settings.statistics && modules.length > 1
  return {
    /** How many numbers the attention of one sample becomes. */
    width: (pools ? 2 : modules.length) * width,
    apply(encoded: ReadonlyMap<Modality, Encoded>) {
      const maps: Record<string, Tensor> = {}
      const averages = modules.map(({ query, key, name, attend }) => {
        const asking = lookUp(encoded, query, 'encoding')
        const asked = lookUp(encoded, key, 'encoding')
        const { average, weights } = attend({
          query: asking.steps,
          key: asked.steps,
          ...(asked.lengths && { lengths: asked.lengths }),
        })
        maps[`attention.${name}`] = weights
        return average(asking.lengths)
      })
      return { vectors: pools ? pooled(averages) : averages, maps }
    },
  }
}

function pooled(averages: readonly Tensor[]): Tensor[] {
  const { mean, deviation } = statisticalPooling(averages)
  return [deviation, mean]
}

/** What several fusions give, side by side: [batch, the sum of their widths]. */
export function sideBySide(vectors: readonly Tensor[]): Tensor {
  return concat(vectors, 1)
}
