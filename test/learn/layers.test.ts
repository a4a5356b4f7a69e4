/** Layers from the end: the graph says which parameters are the last. */
import { describe, expect, test } from 'vitest'
import { writeModel } from '../../src/graph/index.js'
import { readStoredGraph } from '../../src/graph/onnx/stored.js'
import { layersFromEnd } from '../../src/learn/layers.js'
import { predictionGraph } from '../../src/learn/step/graphs.js'
import { TrainingState } from '../../src/learn/step/state.js'
import { lfLstm, type Model, mmlatch, voice } from '../../src/models/index.js'
import { singleLabel } from '../../src/task/single-label.js'
import { smallWidths as widths } from '../support/models/small-model.js'
import { modelVariants } from '../support/models/variants.js'

const task = singleLabel({ classNames: ['happy', 'sad', 'neutral'] })

/** The paths of the layers of each group. */
const pathsOf = (model: Model, settings: object = {}) =>
  layersFromEnd(predictionGraph(model.configure(settings), widths, task)).map((names) => [
    ...new Set(names.map((name) => name.replace(/\.[^.]+$/, ''))),
  ])

describe('layers from the end', () => {
  test('of a model of two layers', () => {
    expect(pathsOf(voice)).toEqual([['head'], ['scale']])
  })

  test('of modalities side by side, whose heads are fused', () => {
    const each = (part: string) =>
      ['text', 'audio', 'vision'].map((name) => part.replace('*', name))
    const both = (part: string) =>
      each(part).flatMap((path) => [`${path}.forward`, `${path}.backward`])
    expect(pathsOf(lfLstm, { hidden: 4 })).toEqual([
      ['fusion'],
      each('heads.*.2'),
      each('heads.*.0'),
      both('encoders.*.layer0'),
    ])
  })

  test('of a model that goes through its encoders twice: a layer stands where it is read first', () => {
    const [last, next, ...others] = pathsOf(mmlatch, { hidden: 8 })
    expect(last).toEqual(['head'])
    expect(next).toEqual(['fusion.recurrent.layer0.forward', 'fusion.recurrent.layer0.backward'])
    expect(others.at(-1)?.every((path) => /^encoders\.\w+\.recurrent/.test(path))).toBe(true)
  })

  test.each(modelVariants.map((variant) => [variant.name, variant] as const))(
    'have every parameter of the prediction once: %s',
    (_, { model, settings, widths: own, task: learned }) => {
      const graph = predictionGraph(model.configure(settings), own, learned)
      const weights = TrainingState.initial(graph, 1).snapshot()
      const bytes = writeModel({ inputs: graph.graph.inputs, outputs: graph.outputs, weights })
      const stored = [...readStoredGraph(bytes).numbers.keys()].filter((name) => weights.has(name))
      const layers = layersFromEnd(graph)
      expect(layers.flat().sort()).toEqual(stored.sort())
      expect(layers.every((names) => names.length > 0)).toBe(true)
    },
  )
})
