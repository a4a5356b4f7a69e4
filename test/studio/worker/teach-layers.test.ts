import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { ModelProtoSchema } from '../../../src/graph/onnx/generated/onnx_pb.js'
import { selfMm } from '../../../src/models/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { webEngine } from '../../../src/runtime/web.js'
import { samplesIn } from '../../../src/studio/worker/teach/layers.js'
import type { Take } from '../../../src/studio/worker/teach/take.js'
import { TeachableModel } from '../../../src/studio/worker/teach/teachable.js'
import { readParts } from '../../../src/use/exported/read-parts.js'
import { fromOnnx } from '../../../src/use/open/from-onnx.js'
import { splitOf } from '../../../src/use/samples.js'
import {
  fileOf,
  lstmCase,
  memory,
  mmlatchCase,
  same,
  taughtBy,
  threefold,
  voiceFile,
  voices,
} from '../../support/studio/teaching.js'

const outputsOf = async (file: Uint8Array, takes: readonly Take[]) => {
  const model = await fromOnnx(file, 'model.onnx', (bytes) => nodeEngine.open(bytes))
  const outputs = await model.predictSplit(splitOf(samplesIn(takes), model.inputs))
  await model.close()
  return outputs
}

describe('the starter voice model', () => {
  const takes = voices([0, 4, 6], 3)

  test('offers its last layer and all of it', async () => {
    const model = await TeachableModel.open(nodeEngine, voiceFile, 'voice')
    const { labels, choices, problem } = model.about
    expect(problem).toBeUndefined()
    expect(labels).toContain('happy')
    expect(choices.map(({ learner, parameters }) => [learner, parameters])).toEqual([
      [{ kind: 'layers', last: 1 }, 2695],
      [{ kind: 'layers', last: 'all' }, 3463],
    ])
    await model.close()
  })

  test('answers takes that were kept aside better, by its last layer alone', async () => {
    const taught = await taughtBy(nodeEngine, voiceFile, 1, takes)
    expect([...taught.weights.keys()].sort()).toEqual(['head.bias', 'head.weight'])
    expect(taught.folds).toBe(2)
    expect(taught.epochs).toBeGreaterThan(0)
    expect(taught.takes).toBe(6)
    for (const { before, after } of taught.answers) {
      expect(after.isRight).toBe(true)
      expect(after.share).toBeGreaterThan(before.share ?? 1)
    }
    expect(taught.answers.some(({ before }) => !before.isRight)).toBe(true)
  })

  test('keeps its running statistics where all of it learns', async () => {
    const taught = await taughtBy(nodeEngine, voiceFile, 'all', takes)
    expect([...taught.weights.keys()].sort()).toEqual([
      ...['head.bias', 'head.weight', 'scale.bias', 'scale.weight'],
    ])
    const { weights } = readParts(voiceFile, 'voice')
    for (const [name, values] of taught.weights) expect(values).not.toEqual(weights.get(name))
  })

  test('learns in a page what it learns in Node, also where it was interrupted', async () => {
    const native = await taughtBy(nodeEngine, voiceFile, 'all', takes)
    const keep = memory()
    const model = await TeachableModel.open(webEngine(), voiceFile, 'voice')
    const closed = model.learn('all', takes, same, keep, {
      learning(epoch) {
        if (epoch === 85) throw new Error('the tab is closed')
      },
    })
    await expect(closed).rejects.toThrow('the tab is closed')
    expect([...keep.kept.keys()]).toEqual(['fold-0', 'fold-1'])
    const page = await model.learn('all', takes, same, keep)
    await model.close()
    expect(page.epochs).toBe(native.epochs)
    let most = 0
    for (const [name, values] of native.weights) {
      const others = page.weights.get(name)
      for (const [at, value] of values.entries()) {
        most = Math.max(most, Math.abs(value - (others?.[at] ?? Number.NaN)))
      }
    }
    expect(most).toBeLessThan(1e-3)
  })

  test('with two takes of each, learns without choosing how long', async () => {
    const few = await taughtBy(nodeEngine, voiceFile, 1, voices([0, 4], 2))
    expect(few.folds).toBe(0)
    expect(few.epochs).toBe(60)
    expect(few.takes).toBe(2)
  })

  test('does not use what was taught to other weights', async () => {
    const model = await TeachableModel.open(nodeEngine, voiceFile, 'voice')
    await expect(
      model.use(new Map([['head.weight', new Float32Array(4)]]), 'another'),
    ).rejects.toThrow(/other weights were taught/)
    await model.close()
  })
})

describe.each([
  ['mmlatch, a sentiment', mmlatchCase],
  ['lf-lstm, emotions', lstmCase],
] as const)('%s', (_, given) => {
  const file = fileOf(given)
  const takes = threefold(given.labels, given.each)

  test('learns as far as was chosen; all else of its file stays bit by bit', async () => {
    const original = readParts(file, 'model.onnx')
    const teachable = await TeachableModel.open(nodeEngine, file, 'model.onnx')
    const { choices } = teachable.about
    expect(choices.map(({ learner }) => learner)).toEqual(
      [1, 2, 'all'].map((last) => ({ kind: 'layers', last })),
    )
    const counts = choices.map(({ parameters }) => parameters)
    expect(counts).toEqual([...counts].sort((one, other) => one - other))
    for (const last of [1, 2] as const) {
      const taught = await teachable.learn(last, takes, same, memory())
      expect(taught.epochs).toBeGreaterThan(0)
      const written = readParts(teachable.write(taught.weights, taught.base), 'taught.onnx')
      expect([...taught.weights.values()].reduce((sum, { length }) => sum + length, 0)).toBe(
        counts[last - 1],
      )
      for (const [name, values] of original.weights) {
        const now = written.weights.get(name)
        if (taught.weights.has(name)) expect(now).not.toEqual(values)
        else expect(now).toEqual(values)
      }
      expect(written.standardisation).toEqual(original.standardisation)
      expect(written.metadata.get('taught')).toBeDefined()
      expect(written.metadata.get('seed')).toBe('4')
    }
    await teachable.close()
  })

  test('answers by what was taught while it is used, and as before after it', async () => {
    const few = threefold(given.labels, 2)
    const teachable = await TeachableModel.open(nodeEngine, file, 'model.onnx')
    const taught = await teachable.learn('all', few, same, memory())
    const answers = () =>
      teachable.model.predictSplit(splitOf(samplesIn(takes), teachable.model.inputs))
    const before = await answers()
    expect(before).toEqual(await outputsOf(file, takes))
    await teachable.use(taught.weights, taught.base)
    const after = await answers()
    expect(after).not.toEqual(before)
    // What is saved is what answers.
    expect(after).toEqual(await outputsOf(teachable.write(taught.weights, taught.base), takes))
    const underway = answers()
    await teachable.use(undefined)
    expect([before, after]).toContainEqual(await underway)
    expect(await answers()).toEqual(before)
    await teachable.close()
  })

  test('learns in a page what it learns in Node', async () => {
    const native = await taughtBy(nodeEngine, file, 'all', takes)
    const page = await taughtBy(webEngine(), file, 'all', takes)
    expect(page.epochs).toBe(native.epochs)
    for (const [name, values] of native.weights) {
      const others = page.weights.get(name)
      for (const [at, value] of values.entries()) {
        expect(Math.abs(value - (others?.[at] ?? Number.NaN))).toBeLessThan(1e-3)
      }
    }
  })
})

describe('what is not taught in a page', () => {
  const problemOf = async (file: Uint8Array) => {
    const model = await TeachableModel.open(nodeEngine, file, 'model.onnx')
    const { problem, choices } = model.about
    await model.close()
    return { problem, choices }
  }

  test('more parameters than a page should train: the last layers are offered', async () => {
    const file = fileOf({ ...lstmCase, settings: { hidden: 320 } })
    const model = await TeachableModel.open(nodeEngine, file, 'model.onnx')
    const { choices } = model.about
    expect(choices.map(({ problem }) => problem === undefined)).toEqual([true, true, false])
    expect(choices[2]?.problem).toMatch(/more than 2,000,000 parameters/)
    const takes = threefold([0, 1], 2)
    await expect(model.learn('all', takes, same, memory())).rejects.toThrow(/too many for a page/)
    await model.close()
  })

  test('a model that keeps values of its training samples', async () => {
    const file = fileOf({ ...mmlatchCase, model: selfMm, settings: {} })
    expect((await problemOf(file)).problem).toMatch(/keeps values of each training sample/)
  })

  test('a file whose model this version builds differently', async () => {
    const model = fromBinary(ModelProtoSchema, voiceFile)
    for (const entry of model.metadataProps) {
      if (entry.key === 'settings') entry.value = entry.value.replace('"gate":25', '"gate":3')
    }
    const changed = toBinary(ModelProtoSchema, model)
    await expect(taughtBy(nodeEngine, changed, 1, voices([0, 4], 2))).rejects.toThrow(
      /this version builds another model than the one in the file/,
    )
  })
})
