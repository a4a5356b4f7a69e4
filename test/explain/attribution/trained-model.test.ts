import { describe, expect, it } from 'vitest'
import type { Split } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import { explainContributions, fromParts, trainingMeans } from '../../../src/faces/explain.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { mdre } from '../../../src/models/index.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'
import { inputsOf } from '../../../src/use/inputs.js'
import { sourceOf } from '../../support/datasets.js'
import {
  regression,
  smallModel,
  smallSplit,
  smallStandardisation,
  smallWidths,
} from '../../support/models/small-model.js'

const trainedOn = { name: 'small', synthetic: true }

describe('contributions of a model', () => {
  const small = smallSplit(6)

  it('are its own predictions, compared with those of training means', async () => {
    const standardisation = smallStandardisation()
    const given = { ...smallModel(), standardisation }
    const model = await fromParts(given, trainedOn, 'small')
    const read = model.inputs.map(({ name }) => name)
    expect(read).toEqual(['text', 'audio', 'vision'])
    const means = await trainingMeans(read, standardisation, small)
    expect(means.audio).toBe(standardisation.audio?.mean)
    // The same weights on standardised features: there the baselines are zeros.
    const inner = await fromParts(smallModel(), trainedOn, 'inner')
    try {
      const asked = { task: regression, inputs: read, baselines: means, aligned: true }
      const { scores } = await explainContributions(model, small, 2, asked)
      const [score] = scores
      const length = small.features.text?.lengths[2] ?? 0
      const zeros = (width: number) => sourceOf(width, [Array(length * width).fill(0)])
      const silent = {
        ids: ['zeros'],
        features: { text: zeros(5), audio: zeros(3), vision: zeros(4) },
        targets: {},
      }
      const unmoved = {
        text: new Float32Array(5),
        audio: new Float32Array(3),
        vision: new Float32Array(4),
      }
      const atZero = await explainContributions(inner, silent, 0, {
        ...asked,
        baselines: unmoved,
      })
      expect(score?.baseline).toBeCloseTo(atZero.scores[0]?.prediction ?? Number.NaN, 5)
      const parts = score?.parts.reduce((sum, { value }) => sum + value, 0)
      expect(parts).toBeCloseTo((score?.prediction ?? 0) - (score?.baseline ?? 0), 9)
      expect(score?.steps.map(({ windows }) => windows.length)).toEqual([length, length, length])
      expect(score?.steps[0]?.windows[0]?.label).toBe('word1')
    } finally {
      await model.close()
      await inner.close()
    }
  })

  it('count prosody where the model reads it', async () => {
    const widths = { ...smallWidths, prosody: 2 }
    const dual = mdre.configure({ textHidden: 4, audioHidden: 4, visionHidden: 4 })
    const task: Task = singleLabel({ classNames: ['sad', 'angry'] })
    const weights = TrainingState.initial(predictionGraph(dual, widths, task), 3).snapshot()
    const spoken: Split = {
      ...small,
      features: {
        ...small.features,
        prosody: wholeFeature(
          2,
          Float32Array.from({ length: 12 }, (_, at) => at),
        ),
      },
    }
    const model = await fromParts({ model: dual, widths, task, weights }, trainedOn, 'spoken')
    const read = model.inputs.map(({ name }) => name)
    expect(read).toEqual(['text', 'audio', 'vision', 'prosody'])
    const mute = inputsOf(dual, smallWidths).map(({ name }) => name)
    expect(mute).toEqual(['text', 'audio', 'vision'])
    // Without standardisation the means are those of the training split.
    const means = await trainingMeans(read, undefined, spoken)
    expect([...(means.prosody ?? [])]).toEqual([5, 6])
    try {
      const asked = { task, inputs: read, baselines: means, aligned: true }
      const { scores } = await explainContributions(model, spoken, 5, asked)
      expect(scores[0]?.subsets).toHaveLength(16)
      expect(scores[0]?.parts[3]?.input).toBe('prosody')
      expect(Math.abs(scores[0]?.parts[3]?.value ?? 0)).toBeGreaterThan(1e-4)
    } finally {
      await model.close()
    }
  })
})
