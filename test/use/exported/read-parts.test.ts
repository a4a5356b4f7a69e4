/** An exported file read as its parts: exported again, they are the same file. */
import { describe, expect, test } from 'vitest'
import { elementAt } from '../../../src/base/lookup.js'
import { reduceMean } from '../../../src/graph/index.js'
import { readModelMetadata } from '../../../src/graph/onnx/metadata.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { defineModel, z } from '../../../src/models/index.js'
import { linear } from '../../../src/nn/layers/linear.js'
import { taskSchema } from '../../../src/task/kinds.js'
import { exportModel } from '../../../src/use/exported/export.js'
import { readParts } from '../../../src/use/exported/read-parts.js'
import { smallModel, smallStandardisation, smallWidths } from '../../support/models/small-model.js'
import { modelVariants } from '../../support/models/variants.js'

const metadata = { trainingData: 'made up', synthetic: true, notes: { seed: '3' } }

/** One variant of each model. */
const variants = modelVariants.filter(
  ({ model }, at) => modelVariants.findIndex((other) => other.model === model) === at,
)
const readsMore = variants.filter(({ model, settings }) =>
  model.configure(settings).inputs.some(({ onlyInTraining }) => onlyInTraining),
)

describe('parts of an exported file', () => {
  test.each(readsMore.map((variant) => [variant.name, variant] as const))(
    'are not read where training reads more than the file knows: %s',
    (_, { model, settings, widths, task }) => {
      const configured = model.configure(settings)
      const weights = TrainingState.initial(predictionGraph(configured, widths, task), 5).snapshot()
      const bytes = exportModel({ model: configured, widths, task, weights, metadata })
      expect(() => readParts(bytes, 'model.onnx')).toThrow(/in training the model reads/)
    },
  )

  const others = variants.filter((variant) => !readsMore.includes(variant))
  test.each(others.map((variant) => [variant.name, variant] as const))(
    'are those that it was made of: %s',
    (name, { model, settings, widths, task: given }) => {
      // As files have it, in the order of its keys.
      const task = taskSchema.parse(given.spec)
      const configured = model.configure(settings)
      const weights = TrainingState.initial(predictionGraph(configured, widths, task), 5).snapshot()
      const isUsual = Object.entries(smallWidths).every(([input, width]) =>
        Object.entries(widths).some(([own, other]) => own === input && other === width),
      )
      const isPlain = configured.inputs.every((input) => input.dataType === 'float32' && !input.raw)
      const standardisation = isUsual && isPlain ? smallStandardisation() : {}
      const parts = { model: configured, widths, task, weights, standardisation }
      const bytes = exportModel({ ...parts, metadata, maps: 'all' })
      const read = readParts(bytes, 'model.onnx')
      expect(read.model.settings).toEqual(configured.settings)
      expect(read.stored.size).toBeGreaterThan(0)
      for (const stored of read.stored)
        expect(read.weights.get(stored)).toEqual(weights.get(stored))
      const again = exportModel({ ...read, metadata, maps: 'all' })
      expect(Buffer.compare(again, bytes), name).toBe(0)
      expect(readModelMetadata(again)).toEqual(read.metadata)
    },
  )

  test('of a file with other parameters than this version builds are refused', () => {
    const small = smallModel()
    const bytes = exportModel({ ...small, metadata })
    // The settings say 8 hidden units, in as many letters.
    const text = Buffer.from(bytes).toString('latin1')
    const changed = Buffer.from(text.replace('"hidden":8', '"hidden":9'), 'latin1')
    expect(changed.equals(bytes)).toBe(false)
    expect(() => readParts(changed, 'model.onnx')).toThrow(/another model than this version builds/)
  })

  test('are not read of a model that is not one of Limbic', () => {
    const own = defineModel({
      ...{ name: 'mine', title: 'a mean', source: 'here', aligned: true },
      settings: z.strictObject({}),
      requires: () => ['text'],
      build: (scope, widths, outputs) => {
        const head = linear(scope.child('head'), { inputs: widths.text ?? 0, units: outputs })
        return ({ features: { text } }) => {
          if (!text) throw new Error('there are words')
          return { prediction: head(reduceMean(text, [1])), maps: {} }
        }
      },
    }).configure({})
    const { task } = elementAt(variants, 0, 'variant')
    const widths = { text: 3 }
    const weights = TrainingState.initial(predictionGraph(own, widths, task), 5).snapshot()
    const bytes = exportModel({ model: own, widths, task, weights, metadata })
    expect(() => readParts(bytes, 'model.onnx')).toThrow(/unknown model "mine"/)
  })
})
