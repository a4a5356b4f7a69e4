/** The features of Multimodal Routing: one for each modality, each pair, and all three together. */
import { lookUp } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { concat, type Tensor } from '../../../graph/index.js'
import { linear } from '../../../nn/layers/linear.js'
import { lastStep } from '../../../nn/layers/steps.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { encoder, lastWeights } from '../../blocks/crossmodal/encoder.js'
import { widthOf } from '../../define/inputs.js'
import type { Widths } from '../../define/model.js'
import type { Sequence } from '../../define/sequence.js'
import type { RoutingSettings } from './settings.js'

/** The first modality attends to the second. */
type Direction = readonly [query: Modality, key: Modality]

/**
 * The directions of the features of pairs; the opposite ones (`around`) make up the feature of all
 * three.
 */
const pairs: readonly Direction[] = [
  ['text', 'audio'],
  ['audio', 'vision'],
  ['vision', 'text'],
]
const around: readonly Direction[] = [
  ['audio', 'text'],
  ['vision', 'audio'],
  ['text', 'vision'],
]

export interface Features {
  /** The modalities of each feature, joined by `_`, in the order of the published code. */
  readonly names: readonly string[]
  /**
   * @param inputs one sequence per modality, [batch, time, width of the data]
   * @returns `vectors` [batch, width], one per name; maps `attention.<modality>` and
   * `attention.<query>_to_<key>` of the last layers
   */
  apply(inputs: ReadonlyMap<Modality, Sequence>): {
    readonly vectors: readonly Tensor[]
    readonly maps: Readonly<Record<string, Tensor>>
  }
}

/**
 * A feature for each modality (the last step of a transformer over itself), for each pair (the last
 * step of a transformer of one over the other), and for all three (a linear layer over the
 * concatenated last steps of three transformers in the opposite directions).
 */
export function features(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  settings: RoutingSettings,
): Features {
  const { width, layers, selfLayers, attentionDropout } = settings
  const isChosen = (direction: Direction) => direction.every((each) => chosen.includes(each))
  const project = projections(scope.child('projections'), chosen, widths, width)
  const alone = chosen.map((modality) => ({
    modality,
    attend: encoder(
      scope.child('alone').child(modality),
      { width, layers: Math.max(layers, selfLayers), attentionDropout },
      settings,
    ),
  }))
  const crossing = ([query, key]: Direction) => {
    const name = `${query}_to_${key}`
    const place = scope.child('crossmodal').child(name)
    const attend = encoder(place, { width, layers, attentionDropout }, settings)
    return { query, key, name, attend }
  }
  const two = pairs.filter(isChosen).map(crossing)
  const three = chosen.length < pairs.length ? [] : around.map(crossing)
  const join =
    three.length > 0
      ? linear(scope.child('joined'), { inputs: three.length * width, units: width })
      : undefined
  return {
    names: [
      ...chosen,
      ...two.map(({ query, key }) => `${query}_${key}`),
      ...(join ? [chosen.join('_')] : []),
    ],
    apply(inputs) {
      const projected = project(inputs)
      const at = (modality: Modality) => lookUp(projected, modality, 'projection')
      const maps: Record<string, Tensor> = {}
      const ofOne = alone.map(({ modality, attend }) => {
        const own = at(modality)
        const result = attend(own)
        maps[`attention.${modality}`] = lastWeights(result)
        return lastStep(result.outputs, own.lengths)
      })
      const cross = ({ query, key, name, attend }: ReturnType<typeof crossing>) => {
        const result = attend(at(query), at(key))
        maps[`attention.${name}`] = lastWeights(result)
        return lastStep(result.outputs, at(query).lengths)
      }
      const vectors = [...ofOne, ...two.map(cross)]
      return { vectors: join ? [...vectors, join(concat(three.map(cross), 1))] : vectors, maps }
    },
  }
}

/**
 * Projects inputs to the features' width; as in the published code, an input that has this width
 * already is not projected.
 */
function projections(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  width: number,
): (inputs: ReadonlyMap<Modality, Sequence>) => ReadonlyMap<Modality, Sequence> {
  const layers = new Map<Modality, Layer>(
    chosen.map((modality) => {
      const inputs = widthOf(widths, modality, 'multimodal-routing')
      return [
        modality,
        inputs === width
          ? (steps) => steps
          : linear(scope.child(modality), { inputs, units: width, bias: false }),
      ]
    }),
  )
  return (inputs) =>
    new Map(
      [...layers].map(([modality, layer]) => {
        const { steps, ...rest } = lookUp(inputs, modality, 'input')
        return [modality, { steps: layer(steps), ...rest }]
      }),
    )
}
