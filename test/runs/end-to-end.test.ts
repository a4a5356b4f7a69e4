/** FE2E trained, from a text encoder's folder and from another run's part, and opened again. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import type { Dataset, Feature, Split } from '../../src/data/dataset.js'
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors/index.js'
import { type RunConfig, runConfig } from '../../src/learn/config.js'
import { textEncoder, textEncoderConfig } from '../../src/models/text-encoder/index.js'
import { Scope } from '../../src/nn/index.js'
import { RunFolder } from '../../src/runs/folder.js'
import { openRun } from '../../src/runs/open-run.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
const at = (...parts: string[]) => join(folder, ...parts)
const encoder = {
  ...{ model_type: 'albert', vocab_size: 6, hidden_size: 4, num_hidden_layers: 1 },
  ...{ num_attention_heads: 2, intermediate_size: 5, max_position_embeddings: 8 },
  embedding_size: 3,
}

/** Samples whose faces and words tell their emotion. */
function split(name: string, count: number): Split {
  const random = new RandomStream(3, name)
  const emotions = Float32Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === Math.floor(at / 2) % 2 ? 1 : 0,
  )
  const of = (
    width: number,
    shape: readonly number[],
    dataType: 'uint8' | 'int64' | 'float32',
    value: (sample: number) => number,
  ): Feature => ({
    ...{ width, shape, dataType },
    lengths: Int32Array.from({ length: count }, (_, sample) => 1 + (sample % 2)),
    read: (sample, target, offset) => {
      for (let at = 0; at < (1 + (sample % 2)) * width; at++) {
        if (target instanceof BigInt64Array) target[offset + at] = BigInt(value(sample))
        else target[offset + at] = value(sample)
      }
    },
  })
  return {
    ids: Array.from({ length: count }, (_, sample) => `${name} ${sample}`),
    features: {
      text: of(1, [], 'int64', (sample) => 1 + (sample % 2)),
      audio: of(256, [1, 16, 16], 'float32', () => Math.abs(random.normal())),
      vision: of(768, [3, 16, 16], 'uint8', (sample) => 40 + 150 * (sample % 2)),
    },
    targets: { emotions },
  }
}

const dataset: Dataset = {
  ...{ name: 'made', synthetic: true, aligned: false, emotionNames: ['happy', 'sad'], notes: [] },
  splits: { train: split('train', 8), valid: split('valid', 4), test: split('test', 4) },
  close: () => {},
}

const config = (settings: object, more: object = {}): RunConfig =>
  runConfig.parse({
    model: 'fe2e',
    settings: {
      ...{ faceSize: 16, bands: 16, windows: 16, channels: [2, 2, 2, 2, 2, 3], flattenWidth: 3 },
      ...{ width: 4, heads: 2, layers: 1, feedForward: 5, dropout: 0, textEncoder: at('encoder') },
      ...settings,
    },
    data: { path: 'made' },
    training: { epochs: 2, batchSize: 4, learningRate: 1e-3, rates: { 'text.': 0.1 } },
    threads: 1,
    ...more,
  })

const train = async (name: string, own: RunConfig) => {
  const outcome = await trainRun({ config: own, dataset, folder: at(name) })
  expect(outcome.state).toBe('complete')
  return new RunFolder(at(name))
}

beforeAll(() => {
  mkdirSync(at('encoder'))
  writeFileSync(at('encoder', 'config.json'), JSON.stringify(encoder))
  const scope = new Scope()
  textEncoder(scope, textEncoderConfig(encoder, 'made'), { pooler: true })
  const tensors = [...scope.graph.parameters.values()].map(({ name, shape, initialiser }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    initialiser.fill(data, shape, 77, name)
    return [`albert.${name}`, { dtype: 'float32' as const, shape, data }] as const
  })
  writeSafetensors(at('encoder', 'model.safetensors'), new Map(tensors))
})

describe('FE2E', () => {
  test('starts from a text encoder, keeps its sizes, and needs its folder no more', async () => {
    const run = await train('whole', config({}))
    expect(run.readConfig().settings).toMatchObject({ textConfig: { hidden_size: 4 } })
    const name = 'encoder.embedding_hidden_mapping_in.weight'
    const before = readSafetensors(at('encoder', 'model.safetensors')).tensors.get(`albert.${name}`)
    const after = readSafetensors(run.file('weights.safetensors')).tensors.get(
      `text.encoder.${name}`,
    )
    const [first, last] = [before, after].map((tensor) =>
      Array.from<number | bigint>(tensor?.data ?? []).map(Number),
    )
    const moved = (last ?? []).map((value, place) => Math.abs(value - (first?.[place] ?? NaN)))
    // Four steps of at most a tenth of the rate each.
    expect(Math.max(...moved)).toBeGreaterThan(0)
    expect(Math.max(...moved)).toBeLessThan(4 * 1e-4 * 1.5)
    rmSync(at('encoder'), { recursive: true })
    const opened = openRun(run.path)
    expect(opened.graph.parameters.map(({ name: path }) => path)).toContain(`text.encoder.${name}`)
    expect(opened.weights.get(`text.encoder.${name}`)).toEqual(after?.data)
  })

  test('without its folder says what is missing', async () => {
    await expect(train('nothing', config({ textEncoder: at('nowhere') }))).rejects.toThrow(
      /nowhere.*text encoder is not there/,
    )
  })
})
