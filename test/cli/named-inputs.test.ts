import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import { writeStore } from '../../src/data/corpora/store/index.js'
import type { Dataset, Feature, Split } from '../../src/data/dataset.js'
import { limbic, mistakeOf, succeed } from '../support/command-line.js'
import { sourceOf } from '../support/datasets.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const room = (name: string) =>
  `'${pathToFileURL(join(resolve(import.meta.dirname, '../..'), 'dist', name, 'index.js')).href}'`

// Words, the pulse at its own rate, frames as bytes, tokens, and the pose of the whole sample.
const model = `
import { cast, concat, multiply, reshape } from ${room('graph')}
import { defineModel, z } from ${room('models')}
import { embedding, lastStep, linear, meanOverSteps, recurrent } from ${room('nn')}

export default defineModel({
  name: 'five',
  title: 'five inputs',
  source: 'a test',
  aligned: false,
  settings: z.strictObject({}),
  requires: () => [
    'text',
    'physiology',
    { name: 'frames', dataType: 'uint8', shape: [3, 4, 4] },
    { name: 'tokens', dataType: 'int64', shape: [], time: 'text' },
    { name: 'pose', time: false, optional: true },
  ],
  build(scope, widths, outputs) {
    const pulse = recurrent(scope.child('pulse'), { inputs: widths.physiology, hidden: 4 })
    const look = linear(scope.child('look'), { inputs: 48, units: 3 })
    const table = embedding(scope.child('table'), { count: 9, width: 3, padding: 0 })
    const width = widths.text + 4 + 3 + 3 + (widths.pose ?? 0)
    const head = linear(scope.child('head'), { inputs: width, units: outputs })
    return ({ features, lengths }) => {
      const seen = multiply(cast(features.frames, 'float32'), 1 / 255)
      const [batch, time] = seen.shape
      const faces = look(reshape(seen, [batch, time, 48]))
      const parts = [
        meanOverSteps(features.text, lengths.text),
        lastStep(pulse(features.physiology, lengths.physiology).outputs, lengths.physiology),
        meanOverSteps(faces, lengths.frames),
        meanOverSteps(table(features.tokens), lengths.tokens),
        ...(features.pose ? [features.pose] : []),
      ]
      return { prediction: head(concat(parts, 1)), maps: {} }
    }
  },
})
`

/** Steps of a sample of each feature: words, pulse, frames; what is felt is told by the pulse. */
function makeSplit(samples: number, seed: number): Split {
  const random = new RandomStream(seed, 'named inputs')
  const draw = (count: number) => Array.from({ length: count }, () => random.normal())
  const felt = Float32Array.from({ length: samples }, () => random.uniform(-2, 2))
  const lengthsOf = (least: number) =>
    Int32Array.from({ length: samples }, () => least + random.integer(4))
  const words = lengthsOf(2)
  const whole = <Values extends Uint8Array | BigInt64Array>(
    lengths: Int32Array,
    make: (count: number) => Values,
    rest: Pick<Feature, 'width' | 'shape' | 'dataType' | 'time'>,
  ): Feature => {
    const values = Array.from(lengths, (length) => make(length * rest.width))
    return {
      ...rest,
      lengths,
      read: (sample, target: Values, offset) => void target.set(values[sample] as never, offset),
    }
  }
  return {
    ids: Array.from(felt, (_, row) => `clip${seed}x${row}`),
    features: {
      text: {
        ...sourceOf(
          2,
          Array.from(words, (length) => draw(2 * length)),
        ),
        time: 'word',
      },
      physiology: sourceOf(
        1,
        Array.from(lengthsOf(5), (length, row) =>
          draw(length).map((noise) => noise / 9 + (felt[row] ?? 0)),
        ),
      ),
      frames: whole(
        lengthsOf(3),
        (count) => Uint8Array.from({ length: count }, () => random.integer(256)),
        { width: 48, shape: [3, 4, 4], dataType: 'uint8' },
      ),
      tokens: whole(
        words,
        (count) => BigInt64Array.from({ length: count }, () => BigInt(1 + random.integer(8))),
        { width: 1, shape: [], dataType: 'int64', time: 'word' },
      ),
      pose: {
        ...sourceOf(
          2,
          Array.from(felt, () => draw(2)),
        ),
        time: false,
      },
    },
    targets: { sentiment: felt },
  }
}

const dataset: Dataset = {
  ...{ name: 'five', synthetic: true, aligned: false, notes: [], close: () => {} },
  splits: { train: makeSplit(32, 1), valid: makeSplit(8, 2), test: makeSplit(8, 3) },
}

describe('a model that reads other inputs than words, voice and face', () => {
  beforeAll(async () => {
    writeFileSync(at('five.mjs'), model)
    await writeStore(dataset, at('data'))
    await succeed(
      ...['train', at('five.mjs'), '--data', at('data'), '--epochs', '6', '--batch-size', '8'],
      ...['--learning-rate', '0.03', '--threads', '1', '--quiet', '--out', at('run')],
    )
  })

  test('is told with its inputs, and its data with theirs', async () => {
    const listed = await succeed('data', 'inspect', at('data'))
    expect(listed).toMatch(/physiology/)
    expect(listed).toMatch(/Pose/)
  })

  test('is explained by all of them', async () => {
    const told = await succeed(
      'explain',
      at('run'),
      '--out',
      at('explained'),
      '--sample',
      'clip3x0',
    )
    for (const name of ['text', 'physiology', 'frames', 'tokens', 'pose']) {
      expect(told).toContain(name)
    }
  })

  test('is exported, and answers raw samples as the run does', async () => {
    await succeed('export', at('run'), '--out', at('five.onnx'))
    const frame = [1, 2, 3].map((channel) =>
      Array.from({ length: 4 }, (_, row) =>
        Array.from({ length: 4 }, (_, at) => channel * row * at),
      ),
    )
    const sample = {
      id: 'one',
      text: [
        [1, 2],
        [3, 4],
      ],
      tokens: [4, 7],
      physiology: [[0.5], [0.7], [0.1]],
      frames: [frame, frame],
      pose: [0.1, -2],
    }
    const file = (name: string, content: object) => {
      writeFileSync(at(name), `${JSON.stringify(content)}\n`)
      return at(name)
    }
    const lines = file('one.jsonl', sample)
    const answers = await Promise.all(
      [at('run'), at('five.onnx')].map((from) => succeed('predict', from, lines)),
    )
    const [own, exported] = answers.map((line) => JSON.parse(line).prediction as number)
    expect(own).toBeTypeOf('number')
    expect(exported).toBeCloseTo(own ?? Number.NaN, 5)
    const wrong = file('wrong.jsonl', { ...sample, frames: [frame.slice(1)] })
    expect((await limbic(['predict', at('run'), wrong])).stdout).toMatch(
      /frames, row 0: a step has the wrong shape.*expected 3 lists, for \[3, 4, 4\], got 2/,
    )
    const short = file('short.jsonl', { ...sample, tokens: [4] })
    expect((await limbic(['predict', at('run'), short])).stdout).toMatch(
      /tokens: .*the same number of steps.*expected 2, like text, got 1/,
    )
  })

  test('refuses data without one of them', async () => {
    const train = await limbic([
      ...['train', at('five.mjs'), '--data', 'synthetic', '--out', at('no')],
    ])
    expect(train.stderr).toMatch(
      /the data has no physiology: expected text, physiology, frames.*see limbic models .*five\.mjs/,
    )
    expect(await succeed('models', at('five.mjs'), '--widths', 'text=2,physiology=1')).toMatch(
      /text 2, physiology 1, frames 48, tokens 1 features/,
    )
    expect(mistakeOf(await limbic(['models', at('five.mjs')]))).toMatch(
      /the width of physiology is missing/,
    )
  })
})
