/** Every model as an exported file: against training's own predictor, and in Python's onnxruntime. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import { beforeAll, describe, expect, it } from 'vitest'
import { type GraphProto, ModelProtoSchema } from '../../../src/graph/onnx/generated/onnx_pb.js'
import { models } from '../../../src/models/index.js'
import { loadModel } from '../../../src/use/open/load.js'
import { temporaryFolder } from '../../support/folders.js'
import { operatorDomains } from '../../support/models/onnx.js'
import { modelVariants } from '../../support/models/variants.js'
import { batches, type Case, expectClose, numbers, prepare, threads } from './exported-cases.js'
import { type Answer, askPython, pythons } from './python-runtimes.js'

/** Names that a graph, or a graph within it, reads or gives out. */
function readNames(graph: GraphProto): string[] {
  const within = graph.node.flatMap(({ input, attribute }) => [
    ...input,
    ...attribute.flatMap(({ g }) => (g ? readNames(g) : [])),
  ])
  return [...within, ...graph.output.map(({ name }) => name)]
}

const folder = temporaryFolder()
const cases: Case[] = []

beforeAll(async () => {
  for (const variant of modelVariants) cases.push(await prepare(variant))
})

const indexed = modelVariants.map(({ name }, index) => [name, index] as const)
const caseAt = (index: number) => cases[index] as Case

describe('every model, exported', () => {
  it('is among the variants', () => {
    const tested = new Set(modelVariants.map(({ model }) => model.name))
    expect(models.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([])
    expect(new Set(modelVariants.map(({ name }) => name)).size).toBe(modelVariants.length)
  })

  it.each(indexed)('%s: predicts from raw features what training predicts', (_, index) => {
    const { variant, expected, own } = caseAt(index)
    for (const results of [own.plain, own.withMaps]) {
      expect(results.length).toBe(batches.length)
      for (const [batch, { prediction }] of results.entries()) {
        expectClose(prediction, expected[batch])
      }
    }
    expect(own.plain.flatMap(Object.keys)).toEqual(batches.map(() => 'prediction'))
    // A model that says the same of everything would agree with anything.
    const outputs = variant.task.outputs.length
    const first = expected.flatMap((rows) => rows.filter((_, at) => at % outputs === 0))
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(1e-3)
  })

  it.each(indexed)('%s: opens again as what it was', async (_, index) => {
    const { variant, plain, splits, expected } = caseAt(index)
    const path = join(folder, `${index}.onnx`)
    writeFileSync(path, plain)
    const loaded = await loadModel(path, threads)
    expect(loaded.name).toBe(variant.model.name)
    expect(loaded.task.spec).toEqual(variant.task.spec)
    for (const [batch, split] of splits.entries()) {
      expectClose(numbers(await loaded.predictSplit(split)), expected[batch])
    }
    await loaded.close()
  })

  it.each(indexed)('%s: holds standard operators, and nothing that is not read', (_, index) => {
    for (const bytes of [caseAt(index).plain, caseAt(index).withMaps]) {
      const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes)
      if (!graph) throw new Error('no graph')
      expect(opsetImport.map(({ domain }) => domain)).toEqual([''])
      expect(Number(opsetImport[0]?.version)).toBeLessThanOrEqual(17)
      expect([...new Set(operatorDomains(graph))]).toEqual([''])
      const read = new Set(readNames(graph))
      const idle = [...graph.initializer, ...graph.input].filter(({ name }) => !read.has(name))
      expect(idle.map(({ name }) => name)).toEqual([])
      expect(graph.initializer.length).toBeGreaterThan(0)
    }
  })
})

for (const [era, python] of pythons) {
  describe.skipIf(!python)(`every model, in a runtime ${era}`, () => {
    let answers: readonly Answer[] = []

    beforeAll(() => {
      answers = askPython(python, cases, folder)
      expect(answers.length).toBe(2 * cases.length)
    })

    it.each(indexed)('%s: passes the checker and predicts the same', (_, index) => {
      const { expected, own } = caseAt(index)
      for (const [kind, results] of [own.plain, own.withMaps].entries()) {
        const answer = answers[2 * index + kind]
        expect(answer?.error).toBeUndefined()
        expect(answer?.lower).toBe(false)
        for (const [batch, outputs] of results.entries()) {
          const got = answer?.batches?.[batch] ?? {}
          expectClose(got.prediction, expected[batch])
          expect(Object.keys(got).sort()).toEqual(Object.keys(outputs).sort())
          for (const [name, values] of Object.entries(outputs)) expectClose(got[name], values)
        }
      }
    })
  })
}
