/** Every model as an exported file: against training's own predictor, and in Python's onnxruntime. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import { beforeAll, describe, expect, it } from 'vitest'
import { modalities } from '../../../src/base/modalities.js'
import { RandomStream } from '../../../src/base/random.js'
import type { Feature, Split } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import {
  type Standardisation,
  standardiseSplit,
} from '../../../src/data/prepare/standardise/standardise.js'
import { type GraphProto, ModelProtoSchema } from '../../../src/graph/onnx/generated/onnx_pb.js'
import { Predictor } from '../../../src/learn/predictor.js'
import { inputsFor } from '../../../src/learn/step/features.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { lengthsName } from '../../../src/models/define/inputs.js'
import { models } from '../../../src/models/index.js'
import { givenWeights } from '../../../src/runs/train/given-weights.js'
import { nodeEngine, openSession } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { exportModel } from '../../../src/use/exported/export.js'
import { loadModel } from '../../../src/use/open/load.js'
import { sourceOf } from '../../support/datasets.js'
import { temporaryFolder } from '../../support/folders.js'
import { type ModelVariant, modelVariants } from '../../support/model-variants.js'
import { operatorDomains, plainFeeds } from '../../support/onnx.js'
import { findPython, runPython } from '../../support/python.js'

const tolerance = 1e-5
const threads = { threads: 1 }
const metadata = { trainingData: 'made up', synthetic: true }

/** Batches of which no two have the same number of samples or of steps. */
const batches = [
  { samples: 3, longest: 6, padding: 2 },
  { samples: 1, longest: 9, padding: 0 },
  { samples: 1, longest: 1, padding: 3 },
  { samples: 5, longest: 4, padding: 0 },
]
type BatchSizes = (typeof batches)[number]

interface Case {
  readonly variant: ModelVariant
  readonly plain: Uint8Array
  readonly withMaps: Uint8Array
  readonly splits: readonly Split[]
  readonly feeds: readonly ReadonlyMap<string, Value>[]
  /** What training's predictor says of each batch. */
  readonly expected: readonly (readonly number[])[]
  /** What the files say of each batch in our own runtime. */
  readonly own: { readonly plain: readonly Outputs[]; readonly withMaps: readonly Outputs[] }
}

type Outputs = Readonly<Record<string, readonly number[]>>
const numbers = (values: ArrayLike<number | bigint>) => Array.from(values, Number)

/** Statistics far from those of standardised features. */
function statisticsOf({ widths }: ModelVariant): Standardisation {
  const random = new RandomStream(3, 'statistics')
  return Object.fromEntries(
    Object.entries(widths).map(([name, width]) => [
      name,
      {
        mean: Float32Array.from({ length: width }, () => random.uniform(-2, 5)),
        deviation: Float32Array.from({ length: width }, () => random.uniform(0.5, 4)),
      },
    ]),
  )
}

/** Raw features of unequal lengths; the first sample of the batch is the longest. */
function splitOf({ model, widths }: ModelVariant, { samples, longest }: BatchSizes): Split {
  const random = new RandomStream(5, 'features', samples, longest)
  const draw = (count: number) => Array.from({ length: count }, () => random.normal(1, 3))
  const drawLengths = () =>
    Array.from({ length: samples }, (_, row) => (row === 0 ? longest : 1 + random.integer(longest)))
  const shared = drawLengths()
  const features: Record<string, Feature> = {}
  for (const modality of modalities) {
    const width = widths[modality] ?? 0
    const lengths = model.aligned ? shared : drawLengths()
    features[modality] = sourceOf(
      width,
      lengths.map((length) => draw(length * width)),
    )
  }
  const { prosody: width } = widths
  if (width) features.prosody = wholeFeature(width, Float32Array.from(draw(samples * width)))
  return { ids: shared.map((_, row) => `clip ${row}`), features, targets: {} }
}

/** The same as raw feeds of the exported file; what stands after a sample's end does not matter. */
function feedsOf(
  split: Split,
  { model, settings, widths }: ModelVariant,
  padding: number,
): Map<string, Value> {
  const samples = split.ids.length
  const feeds = new Map<string, Value>()
  for (const { name, time: axis, width } of inputsFor(model.configure(settings), widths)) {
    const source = split.features[name]
    if (!source) continue
    const { lengths } = source
    const time = Math.max(...lengths) + (axis === undefined ? 0 : padding)
    const data = new Float32Array(samples * time * width).fill(Number.NaN)
    for (const row of lengths.keys()) source.read(row, data, row * time * width)
    const shape = axis === undefined ? [samples, width] : [samples, time, width]
    feeds.set(name, { dataType: 'float32', shape, data })
    if (axis === undefined) continue
    feeds.set(lengthsName(axis), {
      dataType: 'int64',
      shape: [samples],
      data: BigInt64Array.from(lengths, (length) => BigInt(length)),
    })
  }
  return feeds
}

async function prepare(variant: ModelVariant): Promise<Case> {
  const { widths, task, settings } = variant
  const model = variant.model.configure(settings)
  const given = await givenWeights(model, task, {})
  const graph = predictionGraph(model, widths, task)
  const weights = TrainingState.initial(graph, 11, given).snapshot()
  const standardisation = statisticsOf(variant)
  const options = { model, widths, task, weights, standardisation, metadata }
  // Where padding is seen, another padding is another prediction.
  const seen = 'padding' in settings && settings.padding === 'seen'
  const splits = batches.map((sizes) => splitOf(variant, sizes))
  const predictor = await Predictor.open({
    engine: nodeEngine,
    model,
    widths,
    task,
    session: threads,
  })
  const expected: number[][] = []
  for (const split of splits) {
    const known = standardiseSplit(split, standardisation)
    expected.push(numbers(await predictor.predict(known, weights)))
  }
  await predictor.close()
  const feeds = splits.map((split, index) =>
    feedsOf(split, variant, seen ? 0 : (batches[index]?.padding ?? 0)),
  )
  const plain = exportModel(options)
  const withMaps = exportModel({ ...options, maps: 'all' })
  const own = { plain: await run(plain, feeds), withMaps: await run(withMaps, feeds) }
  return { variant, plain, withMaps, splits, feeds, expected, own }
}

/** Every output of every batch. */
async function run(model: Uint8Array, feeds: Case['feeds']): Promise<Outputs[]> {
  const session = await openSession(model, threads)
  try {
    const results: Outputs[] = []
    for (const batch of feeds) {
      const values = [...(await session.run(batch))]
      results.push(Object.fromEntries(values.map(([name, { data }]) => [name, numbers(data)])))
    }
    return results
  } finally {
    await session.close()
  }
}

function expectClose(got: readonly number[] = [], wanted: readonly number[] = []): void {
  expect(got.length).toBe(wanted.length)
  const errors = got.map((value, index) => Math.abs(value - (wanted[index] ?? Number.NaN)))
  expect(Math.max(...errors)).toBeLessThan(tolerance)
}

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

/** Runtimes of today and of 2022, such as onnxruntime 1.12: each a Python that has it and onnx. */
const pythons = [
  ['of today (LIMBIC_PYTHON, or python3)', findPython(['onnx', 'onnxruntime', 'numpy'])],
  [
    'of 2022 (LIMBIC_PYTHON_2022)',
    findPython(['onnx', 'onnxruntime', 'numpy'], process.env.LIMBIC_PYTHON_2022 ?? ''),
  ],
] as const

/** One process for all files: for each either what is wrong with it or its outputs, by batch. */
const script = `
import json, sys, numpy as np, onnx, onnxruntime
# Old ones warn of shapes that they cannot infer.
onnxruntime.set_default_logger_severity(3)
answers = []
for case in json.load(open(sys.argv[1])):
    try:
        model = onnx.load(case["model"])
        onnx.checker.check_model(model, full_check=True)
        lower = onnx.load(case["model"])
        lower.opset_import[0].version -= 1
        try:
            onnx.checker.check_model(lower, full_check=True)
            passes_lower = True
        except Exception:
            passes_lower = False
        session = onnxruntime.InferenceSession(case["model"], providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        batches = []
        for given in case["batches"]:
            feeds = {name: np.array(value["data"], value["type"]).reshape(value["shape"])
                     for name, value in given.items()}
            results = session.run(names, feeds)
            batches.append({name: result.ravel().tolist() for name, result in zip(names, results)})
        answers.append({"batches": batches, "lower": passes_lower})
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
json.dump(answers, open(sys.argv[2], "w"))
`

interface Answer {
  readonly error?: string
  readonly batches?: readonly Outputs[]
  /** Whether the checker takes it with a lower operator set as well. */
  readonly lower?: boolean
}

for (const [era, python] of pythons) {
  describe.skipIf(!python)(`every model, in a runtime ${era}`, () => {
    let answers: readonly Answer[] = []

    beforeAll(() => {
      const questions = cases.flatMap(({ plain, withMaps, feeds }, index) =>
        [plain, withMaps].map((bytes, kind) => {
          const model = join(folder, `${index}-${kind}.onnx`)
          writeFileSync(model, bytes)
          return { model, batches: feeds.map(plainFeeds) }
        }),
      )
      const [asked, answered] = [join(folder, 'asked.json'), join(folder, 'answered.json')]
      writeFileSync(asked, JSON.stringify(questions))
      runPython(python, script, asked, answered)
      answers = JSON.parse(readFileSync(answered, 'utf8')) as Answer[]
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
