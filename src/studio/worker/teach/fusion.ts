/** The fusion of the starter models, written as a linear layer that can be trained. */
import { z } from 'zod'
import type { Split } from '../../../data/dataset.js'
import { wholeFeature } from '../../../data/feature.js'
import { concat } from '../../../graph/index.js'
import { trainingConfig } from '../../../learn/config.js'
import { type ConfiguredModel, defineModel, type Widths } from '../../../models/define/model.js'
import { linear } from '../../../nn/layers/linear.js'
import { singleLabel } from '../../../task/single-label.js'
import type { Lesson } from './lesson.js'
import type { Take, Told } from './take.js'

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

const training = trainingConfig.parse({
  ...{ epochs: 60, patience: 60, batchSize: 8, learningRate: 0.02, monitor: 'none' },
})

/** The fusion layer learns: it begins as the fusion of the starter models. */
export function fusionLesson(emotions: readonly string[]): Lesson {
  const task = singleLabel({ classNames: [...emotions] })
  return {
    ...{ model: personalFusion, widths: widthsFor(emotions), task, training },
    initial: fusionWeights(emotions),
    choosesEpochs: false,
    samplesOf,
    countOf: ({ rows }) => rows.length,
    tell(outputs, { label }): Told {
      // The mean over the rows of the take.
      const rows = outputs.map((row) => task.scores(row))
      const shares = emotions.map(
        (_, place) => rows.reduce((sum, row) => sum + (row[place] ?? 0), 0) / rows.length,
      )
      const best = shares.indexOf(Math.max(...shares))
      const said = `${emotions[best] ?? ''} (${Math.round(100 * (shares[best] ?? 0))}%)`
      return { said, isRight: best === label, share: shares[label] ?? 0 }
    },
  }
}

/** Each row of a take is a sample. */
function samplesOf(takes: readonly Take[]): Split {
  const rows = takes.flatMap(({ label, rows: own }) => own.map((row) => ({ label, row })))
  const width = rows[0]?.row.voice.length ?? 0
  const feature = (sense: 'voice' | 'face') =>
    wholeFeature(width, Float32Array.from(rows.flatMap(({ row }) => row[sense])))
  return {
    ids: rows.map((_, at) => String(at)),
    features: { voice: feature('voice'), face: feature('face') },
    targets: { classes: Int32Array.from(rows, ({ label }) => label) },
  }
}
