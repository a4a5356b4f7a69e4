import { writeFileSync } from 'node:fs'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { modalities } from '../../src/base/modalities.js'
import { collateBatch } from '../../src/data/batch.js'
import { explainContributions } from '../../src/explain/index.js'
import { ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { loadModel, type RawSample } from '../../src/index.js'
import { singleLabel } from '../../src/task/single-label.js'
import { exportModel } from '../../src/use/exported/export.js'
import { loadModel as loadInPage } from '../../src/web.js'
import { temporaryPaths } from '../support/folders.js'
import {
  rawSamples,
  smallModel,
  smallSplit,
  smallStandardisation,
  smallWidths,
} from '../support/models/small-model.js'

const at = temporaryPaths()
const threads = { threads: 1 }
const classes = singleLabel({ classNames: ['sad', 'glad', 'mad'] })
const standardisation = smallStandardisation()
const metadata = { trainingData: 'made up', synthetic: true }
const split = smallSplit(24)
const samples = rawSamples(split)

const home = '/home/maker/secret'
/** A model of one's own, as its file makes it, exported. */
function exported(maps: 'all' | readonly string[] = 'all'): Uint8Array {
  const parts = smallModel(classes)
  const own = { ...parts.model.model, name: 'own', file: `${home}/own.mjs` }
  const model = { ...parts.model, model: own }
  return exportModel({ ...parts, model, standardisation, metadata, maps })
}

function changed(bytes: Uint8Array, change: (entries: Map<string, string>) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, bytes)
  const entries = new Map(proto.metadataProps.map(({ key, value }) => [key, value]))
  change(entries)
  for (const prop of proto.metadataProps) prop.value = entries.get(prop.key) ?? ''
  proto.metadataProps = proto.metadataProps.filter(({ key }) => entries.has(key))
  return toBinary(ModelProtoSchema, proto)
}

function written(name: string, bytes: Uint8Array): string {
  writeFileSync(at(name), bytes)
  return at(name)
}

describe('an exported file', () => {
  test("of a model of one's own opens anywhere, and holds no path of its maker's", async () => {
    const bytes = exported()
    expect(Buffer.from(bytes).includes(home)).toBe(false)
    const model = await loadModel(written('own.onnx', bytes), threads)
    expect(model.name).toBe('own')
    expect(model.inputs).toEqual([
      { name: 'text', width: 5, steps: { axis: 'time', lengths: 'lengths' } },
      { name: 'audio', width: 3, steps: { axis: 'time', lengths: 'lengths' } },
      { name: 'vision', width: 4, steps: { axis: 'time', lengths: 'lengths' } },
    ])
    expect(model.standardised).toEqual(['text', 'audio', 'vision'])
    expect(model.maps).toContainEqual({
      kind: 'attention',
      name: 'attention.text_to_audio',
      query: ['text'],
      keys: ['audio'],
      axes: ['batch', 'time', 'time'],
    })
    const mask = { kind: 'mask', name: 'mask.vision', keys: ['vision'] }
    expect(model.maps).toContainEqual({ ...mask, axes: ['batch', 'time', 4] })
    await model.close()
  })

  test('of version 0.1, which says less of itself, gives the same', async () => {
    const older = changed(exported(), (entries) => {
      for (const key of ['limbic_format', 'inputs', 'maps']) entries.delete(key)
      entries.set('model', `${home}/own.mjs`)
    })
    const [now, before] = await Promise.all([
      loadModel(written('now.onnx', exported()), threads),
      loadModel(written('older.onnx', older), threads),
    ])
    expect(before.name).toBe('own')
    expect(before.inputs).toEqual(now.inputs)
    expect(await before.predict(samples)).toEqual(await now.predict(samples))
    await Promise.all([now.close(), before.close()])
  })

  test.each([
    ['limbic_format', '3', /later version of Limbic: expected format 2, got format 3\. Update/],
    ['inputs', '[{"name":"text","width":5}]', /does not match the graph/],
    ['inputs', '[]', /metadata "inputs"/],
    ['maps', '[]', /does not match the graph/],
    ['task', '{"kind":"regression","loss":"l1"}', undefined],
  ])('that says of %s what is not so is refused in one line', async (key, value, says) => {
    const bytes = changed(exported(), (entries) => entries.set(key, value))
    const opened = loadModel(written('changed.onnx', bytes), threads)
    if (says) {
      await expect(opened).rejects.toThrow(says)
      return
    }
    const model = await opened
    await expect(model.predict(samples)).rejects.toThrow(
      /the outputs of the model do not match its task/,
    )
    await model.close()
  })

  test('answers in a page as it does in Node', async () => {
    const bytes = exported([])
    const [page, node] = [
      await loadInPage(bytes),
      await loadModel(written('n.onnx', bytes), threads),
    ]
    const [found, expected] = [await page.predict(samples), await node.predict(samples)]
    expect(page.inputs).toEqual(node.inputs)
    expect(found.map(({ id, prediction }) => [id, prediction])).toEqual(
      expected.map(({ id, prediction }) => [id, prediction]),
    )
    // At once, too: a page's session does one thing at a time.
    const single = await Promise.all(samples.map((sample) => page.predict([sample])))
    expect(single.map(([answer]) => answer?.prediction)).toEqual(
      expected.map(({ prediction }) => prediction),
    )
    await expect(page.predict([{ text: [[1]] }])).rejects.toThrow(/sample 0, text, row 0/)
    await Promise.all([page.close(), node.close()])
  })
})

describe('a trained model', () => {
  test('explains different samples at once as one by one', async () => {
    const model = await loadModel(written('maps.onnx', exported()), threads)
    const baselines = Object.fromEntries(
      Object.entries(standardisation).map(([name, { mean }]) => [name, mean]),
    )
    const inputs = model.inputs.map(({ name }) => name)
    const options = { task: model.task, inputs, baselines, aligned: true }
    const explain = (row: number) => explainContributions(model, split, row, options)
    const look = async (row: number) => {
      const batch = await collateBatch(split, Int32Array.of(row), modalities)
      const { maps } = await model.run(batch, ['attention.text', 'mask.audio'])
      return maps.map(({ name, value }) => [name, value.shape, Array.from(value.data, Number)])
    }
    const rows = [0, 1, 2, 3, 4, 5]
    const alone: unknown[] = []
    for (const row of rows) alone.push(await explain(row), await look(row))
    const together = await Promise.all(rows.flatMap((row) => [explain(row), look(row)]))
    expect(together).toEqual(alone)
    await expect(
      model.run(await collateBatch(split, Int32Array.of(0), modalities), ['attention.none']),
    ).rejects.toThrow(/has no map "attention\.none"/)
    await model.close()
  })

  test('takes typed arrays, and reads them at once', async () => {
    await using model = await loadModel(written('typed.onnx', exported([])), threads)
    const [expected] = await model.predict(samples.slice(0, 1))
    const typed = (steps: RawSample['text']) =>
      steps?.map((step) => Float32Array.from(step ?? [])) ?? []
    const [one] = samples
    const given = {
      id: 'clip 0',
      text: typed(one?.text),
      audio: typed(one?.audio),
      vision: typed(one?.vision),
    }
    const asked = model.predict([given])
    for (const step of given.text) step.fill(99)
    expect(await asked).toEqual([expected])
    const poisoned = { ...given, audio: given.audio.map((step) => step.fill(Number.NaN, 0, 1)) }
    await expect(model.predict([poisoned])).rejects.toThrow(/audio, row 0, feature 0: .*got NaN/)
  })

  test('takes an input of which every number is NaN for a missing one', async () => {
    await using model = await loadModel(written('nan.onnx', exported([])), threads)
    const [one] = samples
    const nothing = one?.audio?.map((step) => Float32Array.from(step ?? []).fill(Number.NaN)) ?? []
    const [answer] = await model.predict([{ ...one, audio: nothing }])
    const [absent] = await model.predict([{ id: 'clip 0', text: one?.text, vision: one?.vision }])
    expect(answer).toMatchObject({ missing: ['audio'], prediction: expect.anything() })
    expect(absent).toEqual({ ...answer, id: 'clip 0' })
  })

  test('refuses a sample of which every number of every input is missing', async () => {
    await using model = await loadModel(written('nothing.onnx', exported([])), threads)
    const empty = (steps: RawSample['text']) => steps?.map(() => null)
    const [one] = samples
    const sample = { text: empty(one?.text), audio: empty(one?.audio), vision: empty(one?.vision) }
    await expect(model.predict([sample])).rejects.toThrow(
      /sample 0: the sample has none of the inputs.*got text, audio, vision without a number/,
    )
  })

  test('is closed by hand or by its scope, and a second time in silence', async () => {
    const path = written('closed.onnx', exported([]))
    const model = await loadModel(path, threads)
    await model.close()
    await model.close()
    await expect(model.predict(samples)).rejects.toThrow('this model is closed')
    let left: Awaited<ReturnType<typeof loadModel>>
    {
      await using inner = await loadModel(path, threads)
      left = inner
    }
    await expect(left.predict(samples)).rejects.toThrow('this model is closed')
  })

  test('refuses more calls at one time than it was told to let wait', async () => {
    const model = await loadModel(written('few.onnx', exported([])), { ...threads, waiting: 3 })
    const asked = samples.map((sample) => model.predict([sample]))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(String(refused?.reason)).toMatch(
      /too many predictions are waiting.*at most 3.*"waiting"/,
    )
    expect(model.widths).toEqual(smallWidths)
    await model.close()
  })

  test('says of which task its answers are', async () => {
    const model = await loadModel(written('task.onnx', exported([])), threads)
    const [answer] = await model.predict(samples)
    if (answer?.task !== 'classification') throw new Error('another task')
    expect(answer.prediction.length + (answer.probabilities.sad ?? 0)).toBeGreaterThan(3)
    await model.close()
  })
})
