/** The fusion of the starter models, written as a linear layer that can be trained. */
import { z } from 'zod'
import { concat } from '../../../graph/index.js'
import { type ConfiguredModel, defineModel, type Widths } from '../../../models/define/model.js'
import { linear } from '../../../nn/layers/linear.js'
import type { LiveAnswer } from '../../../recognise/live.js'

/** The minimum probability, as in the fusion. */
const floor = 1e-3

/**
 * A linear layer on the logarithms of the probabilities from voice and face. With initial weights
 * of one half for each, it equals the fusion of `recognise/fuse.ts`: the softmax of the mean of
 * logarithms is the renormalised geometric mean.
 */
const definition = defineModel({
  name: 'personal-fusion',
  title: 'what voice and face say, weighed by what was learned from takes of one person',
  source: 'Limbic; the idea of adapting to a person is of HDA (2021)',
  aligned: false,
  settings: z.strictObject({}),
  requires: () => [
    { name: 'voice', time: false },
    { name: 'face', time: false },
  ],
  build(scope, widths, outputs) {
    const inputs = (widths.voice ?? 0) + (widths.face ?? 0)
    const fuse = linear(scope.child('fusion'), { inputs, units: outputs })
    return ({ features: { voice, face } }) => {
      if (!voice || !face) throw new TypeError('the layer takes voice and face')
      return { prediction: fuse(concat([voice, face], 1)), maps: {} }
    }
  },
})

export const personalFusion: ConfiguredModel = definition.configure({})

export const widthsFor = (emotions: readonly string[]): Widths => ({
  voice: emotions.length,
  face: emotions.length,
})

/** The initial weights, with which the layer equals the fusion of the starter models. */
export function fusionWeights(emotions: readonly string[]): Map<string, Float32Array> {
  const count = emotions.length
  const weight = new Float32Array(2 * count * count)
  for (let place = 0; place < count; place++) {
    weight[2 * count * place + place] = 0.5
    weight[2 * count * place + count + place] = 0.5
  }
  return new Map([
    ['fusion.weight', weight],
    ['fusion.bias', new Float32Array(count)],
  ])
}

/** The input of the layer for an answer; undefined if neither voice nor face was detected. */
export interface TaughtRow {
  readonly voice: readonly number[]
  readonly face: readonly number[]
}

/** A missing sense is replaced by the other one, which then counts alone, as in the fusion. */
export function rowOf({ voice, face }: LiveAnswer['alone']): TaughtRow | undefined {
  const [heard, seen] = [voice ?? face, face ?? voice]
  if (!heard || !seen) return undefined
  const logs = (shares: readonly number[]) =>
    shares.map((share) => Math.log(Math.max(share, floor)))
  return { voice: logs(heard), face: logs(seen) }
}
