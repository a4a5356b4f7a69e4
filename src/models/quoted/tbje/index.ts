/**
 * TBJE: a transformer-based joint encoding in which words guide the attention of sound and face.
 */
import { elementAt, lookUp } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { add, squeeze, type Tensor } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { unbiasedLayerNorm } from '../../../nn/layers/norm.js'
import { fitSteps } from '../../../nn/layers/steps.js'
import type { Scope } from '../../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { attentionLayer, glimpses, type LayerSizes, type Unmasked } from './attention.js'
import { publishedName } from './published.js'
import { type TbjeSettings, tbjeSettings } from './settings.js'
import { stream } from './streams.js'

type Streams = ReadonlyMap<Modality, Unmasked>

/** A map, [..., query positions, key positions], or without queries [batch, key positions]. */
interface PositionMap {
  readonly name: string
  readonly map: Tensor
  readonly query?: Modality
  readonly keys: Modality
}

/**
 * In each block the first modality attends to itself, and every other one to itself and then to the
 * first; the input of the block is added to each result. In all blocks but the last, each stream
 * then takes as many glimpses of itself as it has positions, which are added to it. At the end, one
 * glimpse pools each stream; the pooled vectors are projected to twice the width, summed,
 * normalised and classified.
 *
 * Masks hide padding in the first block only, as in the published code: from the second block on,
 * glimpses have filled every position.
 *
 * Maps, cut or padded with zeros to the steps of the input: `attention.<modality>.block<k>` and
 * `attention.<modality>_to_<first>.block<k>` [batch, heads, queries, keys];
 * `attention.<modality>.pooling` [batch, keys], the weights of the last glimpse.
 */
export const tbje = defineModel<TbjeSettings>({
  name: 'tbje',
  title: 'joint encoding by transformers: words guide the attention of sound and face',
  source:
    'A Transformer-based Joint-encoding for Emotion Recognition and Sentiment Analysis (2020)',
  aligned: false,
  settings: tbjeSettings,
  requires: ({ modalities, words }) =>
    inOrder(modalities).map((modality) =>
      modality === 'text' && words === 'numbers'
        ? { name: modality, dataType: 'int64', shape: [] }
        : modality,
    ),
  published: publishedName,
  build(whole, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    // The authors' two models name their parameters differently.
    const scope = chosen.length === 2 ? whole.child('pair') : whole
    const { width } = settings
    const encoders = chosen.map((modality) => ({
      modality,
      encode: stream(scope, modality, widthOf(widths, modality, 'tbje'), settings),
    }))
    const blocks = Array.from({ length: settings.layers }, (_, place) =>
      block(scope.child('blocks').child(String(place)), chosen, settings, {
        name: `block${place + 1}`,
        isLast: place === settings.layers - 1,
      }),
    )
    const pools = chosen.map((modality) => {
      const place = scope.child('pools').child(modality)
      const pool = glimpses(place, settings, 1)
      const project = linear(place.child('output'), { inputs: width, units: 2 * width })
      return { modality, pool, project }
    })
    const norm = unbiasedLayerNorm(scope.child('norm'), { width: 2 * width })
    const classify = linear(scope.child('output'), { inputs: 2 * width, units: outputs })
    return (given) => {
      const sequences = new Map(
        chosen.map((modality) => [modality, sequenceOf(given, modality, 'tbje')] as const),
      )
      const maps: PositionMap[] = []
      let streams: Streams = new Map(
        encoders.map(({ modality, encode }) => {
          const { sequence, lengths } = lookUp(sequences, modality, 'input')
          return [modality, encode(sequence, lengths)] as const
        }),
      )
      for (const apply of blocks) {
        const done = apply(streams)
        streams = done.streams
        maps.push(...done.maps)
      }
      const pooled = pools.map(({ modality, pool, project }) => {
        const { sums, weights } = pool(lookUp(streams, modality, 'stream'))
        const name = `attention.${modality}.pooling`
        maps.push({ name, map: squeeze(weights, 1), keys: modality })
        return project(squeeze(sums, 1))
      })
      const stepsOf = (modality: Modality) => lookUp(sequences, modality, 'input').sequence.size(1)
      return {
        prediction: classify(norm(pooled.reduce((sum, each) => add(sum, each)))),
        maps: Object.fromEntries(
          maps.map(({ name, map, query, keys }) => {
            const fitted = fitSteps(map, map.rank - 1, stepsOf(keys))
            return [name, query ? fitSteps(fitted, map.rank - 2, stepsOf(query)) : fitted]
          }),
        ),
      }
    }
  },
})

interface BlockPlace {
  readonly name: string
  readonly isLast: boolean
}

/** One block: attention layers, and glimpses unless it is the last. */
function block(
  scope: Scope,
  chosen: readonly Modality[],
  settings: TbjeSettings,
  { name, isLast }: BlockPlace,
): (streams: Streams) => { readonly streams: Streams; readonly maps: readonly PositionMap[] } {
  const sizes: LayerSizes = settings
  const first = elementAt(chosen, 0, 'modality')
  const drop = dropout(scope, settings.dropout)
  const parts = chosen.map((modality) => {
    const place = scope.child(modality)
    const attend = attentionLayer(place.child('attention'), sizes, modality !== first)
    if (isLast) return { modality, attend }
    const look = glimpses(place.child('glimpses'), sizes, settings[`${modality}Steps`])
    const norm = unbiasedLayerNorm(place.child('norm'), { width: settings.width })
    return { modality, attend, glimpse: { look, norm } }
  })
  return (streams) => {
    const maps: PositionMap[] = []
    const guide = lookUp(streams, first, 'stream')
    const next = parts.map(({ modality, attend, glimpse }) => {
      const given = lookUp(streams, modality, 'stream')
      const attended = attend(given, guide)
      const own = `attention.${modality}.${name}`
      maps.push({ name: own, map: attended.own, query: modality, keys: modality })
      if (attended.guided) {
        const guided = `attention.${modality}_to_${first}.${name}`
        maps.push({ name: guided, map: attended.guided, query: modality, keys: first })
      }
      const steps = add(attended.steps, given.steps)
      if (!glimpse) return [modality, { steps }] as const
      const { mask } = streams.get(modality === 'vision' ? settings.visionMask : modality) ?? given
      const { sums } = glimpse.look({ steps, ...(mask && { mask }) })
      return [modality, { steps: glimpse.norm(add(steps, drop(sums))) }] as const
    })
    return { streams: new Map(next), maps }
  }
}
