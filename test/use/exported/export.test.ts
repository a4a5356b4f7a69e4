import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { modalities } from '../../../src/base/modalities.js'
import { standardiseFeature } from '../../../src/data/prepare/standardise/standardise.js'
import { readModelMetadata } from '../../../src/graph/index.js'
import { type GraphProto, ModelProtoSchema } from '../../../src/graph/onnx/generated/onnx_pb.js'
import { writeModel } from '../../../src/graph/onnx/model.js'
import { ends } from '../../../src/learn/step/ends.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { openSession } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { exportModel } from '../../../src/use/exported/export.js'
import { sourceOf } from '../../support/datasets.js'
import { temporaryFolder } from '../../support/folders.js'
import { operatorDomains, plainFeeds } from '../../support/models/onnx.js'
import { rawFeeds, smallModel, smallStandardisation } from '../../support/models/small-model.js'
import { findPython, runPython } from '../../support/python.js'

const metadata = { trainingData: 'made up', synthetic: true, notes: { seed: '11' } }
const standardisation = smallStandardisation()
const lengths = [7, 2, 5]
const time = 9

async function run(model: Uint8Array, feeds: ReadonlyMap<string, Value>) {
  const session = await openSession(model)
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}

const numbers = (value: Value | undefined) => Array.from((value as Value).data, Number)

function largestError(one: readonly number[], other: readonly number[]): number {
  expect(one.length).toBe(other.length)
  return Math.max(...one.map((value, index) => Math.abs(value - (other[index] as number))))
}

/** What training predicts: features standardised as they are read, parameters fed. */
async function trainerPrediction(small: ReturnType<typeof smallModel>): Promise<number[]> {
  const { model, widths, task, weights } = small
  const { inputs, outputs, parameters } = predictionGraph(model, widths, task)
  const feeds = rawFeeds(lengths, time)
  for (const modality of modalities) {
    const { data, shape } = feeds.get(modality) as Value
    const width = widths[modality]
    const rows = lengths.map((length, row) =>
      Array.from(data.slice(row * time * width, (row * time + length) * width), Number),
    )
    const statistics = standardisation[modality]
    if (!statistics) throw new Error('no statistics')
    const source = standardiseFeature(sourceOf(width, rows), statistics)
    const values = new Float32Array(data.length)
    for (const row of lengths.keys()) source.read(row, values, row * time * width)
    feeds.set(modality, { dataType: 'float32', shape, data: values })
  }
  for (const { name, shape } of parameters) {
    const data = weights.get(name) as Float32Array
    feeds.set(ends.parameter(name), { dataType: 'float32', shape, data })
  }
  return numbers((await run(writeModel({ inputs, outputs }), feeds)).get(ends.prediction))
}

const shapesOf = (ends: GraphProto['input'] | undefined) =>
  Object.fromEntries(
    (ends ?? []).map(({ name, type }) => [
      name,
      type?.value.case === 'tensorType'
        ? type.value.value.shape?.dim.map(({ value }) =>
            typeof value.value === 'bigint' ? Number(value.value) : value.value,
          )
        : undefined,
    ]),
  )

describe('an exported model', () => {
  it('predicts from raw features what training predicts, weights inside', async () => {
    const small = smallModel()
    const model = exportModel({ ...small, standardisation, metadata })
    const results = await run(model, rawFeeds(lengths, time))
    expect([...results.keys()]).toEqual(['prediction'])
    expect(results.get('prediction')?.shape).toEqual([3, 1])
    const expected = await trainerPrediction(small)
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3)
    expect(largestError(numbers(results.get('prediction')), expected)).toBeLessThan(1e-6)
  })

  it('takes any batch and any time, and never looks past the end of a sequence', async () => {
    const model = exportModel({ ...smallModel(), standardisation, metadata })
    const clean = numbers((await run(model, rawFeeds([4, 1], 4))).get('prediction'))
    const dirty = numbers((await run(model, rawFeeds([4, 1], 4, 1e6))).get('prediction'))
    const holes = numbers((await run(model, rawFeeds([4, 1], 4, Number.NaN))).get('prediction'))
    expect(clean.every(Number.isFinite)).toBe(true)
    expect(dirty).toEqual(clean)
    expect(holes).toEqual(clean)
    const single = numbers((await run(model, rawFeeds([20], 20))).get('prediction'))
    expect(single.length).toBe(1)
  })

  it('is of the standard domain, with named dynamic axes', () => {
    const small = smallModel()
    const bytes = exportModel({ ...small, standardisation, metadata, maps: ['mask.vision'] })
    const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes)
    expect(opsetImport.map(({ domain }) => domain)).toEqual([''])
    expect(new Set(operatorDomains(graph))).toEqual(new Set(['']))
    expect(shapesOf(graph?.input)).toEqual({
      text: ['batch', 'time', 5],
      audio: ['batch', 'time', 3],
      vision: ['batch', 'time', 4],
      lengths: ['batch'],
    })
    expect(shapesOf(graph?.output)).toEqual({
      prediction: ['batch', 1],
      'mask.vision': ['batch', 'time', 4],
    })
  })

  it('gives out the maps that are asked for', async () => {
    const bytes = exportModel({ ...smallModel(), standardisation, metadata, maps: 'all' })
    const results = await run(bytes, rawFeeds(lengths, time))
    expect(results.get('mask.text')?.shape).toEqual([3, time, 5])
    const attention = results.get('attention.text')
    expect(attention?.shape).toEqual([3, time, time])
    const firstRow = numbers(attention).slice(0, time)
    expect(firstRow.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
  })

  it('says what it is', () => {
    const classes = singleLabel({ classNames: ['down', 'up'] })
    const said = readModelMetadata(exportModel({ ...smallModel(classes), metadata }))
    expect(said.get('model')).toBe('mmlatch')
    expect(JSON.parse(said.get('settings') ?? '')).toMatchObject({ hidden: 8, feedback: 'lstm' })
    expect(JSON.parse(said.get('class_names') ?? '')).toEqual(['down', 'up'])
    expect(JSON.parse(said.get('widths') ?? '')).toEqual({ text: 5, audio: 3, vision: 4 })
    expect(said.get('training_data')).toBe('made up')
    expect(said.get('synthetic')).toBe('true')
    expect(said.get('standardised')).toBe('')
    expect(said.get('seed')).toBe('11')
    expect(() => readModelMetadata(Uint8Array.of(1, 2, 3), 'm.onnx')).toThrowError(/^m\.onnx: not/)
  })

  it('refuses weights, statistics and maps of another model', () => {
    const small = smallModel()
    const other = smallModel(undefined, { hidden: 9 })
    const exported = (changes: object) => () => exportModel({ ...small, metadata, ...changes })
    expect(exported({ weights: other.weights })).toThrowError(/parameter ".*expected .* got/)
    expect(exported({ weights: new Map() })).toThrowError(/got none/)
    const more = new Map([...small.weights, ['x.weight', new Float32Array(1)]])
    expect(exported({ weights: more })).toThrowError(/no parameter "x.weight"/)
    const wrong = { text: standardisation.audio }
    expect(exported({ standardisation: wrong })).toThrowError(/standardisation of text/)
    expect(exported({ maps: ['mask.visoin'] })).toThrowError(/Did you mean "mask.vision"/)
  })
})

const python = findPython(['onnx', 'onnxruntime', 'numpy'])

describe.skipIf(!python)('with a Python that has onnxruntime (LIMBIC_PYTHON or python3)', () => {
  const folder = temporaryFolder()
  const script = `
import json, sys, numpy as np, onnx, onnxruntime
model, given = onnx.load(sys.argv[1]), json.load(open(sys.argv[2]))
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
feeds = {name: np.array(v["data"], v["type"]).reshape(v["shape"]) for name, v in given.items()}
print(json.dumps(session.run(["prediction"], feeds)[0].ravel().tolist()))
`
  it.each(['last', 'attention'] as const)(
    'passes the checker and predicts the same (%s)',
    async (readout) => {
      const bytes = exportModel({
        ...smallModel(undefined, { readout }),
        standardisation,
        metadata,
      })
      const feeds = rawFeeds(lengths, time)
      const [model, data] = [join(folder, 'model.onnx'), join(folder, 'feeds.json')]
      writeFileSync(model, bytes)
      writeFileSync(data, JSON.stringify(plainFeeds(feeds)))
      const got = JSON.parse(runPython(python, script, model, data)) as number[]
      const expected = numbers((await run(bytes, feeds)).get('prediction'))
      expect(largestError(got, expected)).toBeLessThan(1e-6)
    },
  )
})
