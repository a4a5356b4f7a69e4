import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { synthesise } from '../../src/data/index.js'
import { loadModel, runConfig, train } from '../../src/index.js'
import { exportModel } from '../../src/use/exported/export.js'
import { temporaryFolder } from '../support/folders.js'
import {
  rawSamples,
  smallModel,
  smallSplit,
  smallStandardisation,
} from '../support/models/small-model.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
const threads = { threads: 1 }

/** Samples of many lengths, none like another. */
const split = smallSplit(60)
const samples = rawSamples(split)

/** Files and folders of models that read these samples. */
const places = { file: at('model.onnx'), run: at('run') }

beforeAll(async () => {
  const metadata = { trainingData: 'made up', synthetic: true }
  const exported = exportModel({
    ...smallModel(),
    standardisation: smallStandardisation(),
    metadata,
  })
  writeFileSync(places.file, exported)
  const dataset = synthesise({
    aligned: true,
    samples: { train: 24, valid: 8, test: 6 },
    widths: { text: 5, audio: 3, vision: 4 },
  })
  const config = runConfig.parse({
    settings: { hidden: 3 },
    data: { path: 'synthetic' },
    training: { epochs: 1, batchSize: 8 },
    threads: 1,
  })
  await train({ config, dataset, folder: places.run })
})

describe.each(['file', 'run'] as const)('a model of a %s', (kind) => {
  test('answers each of many questions that come at once as if it came alone', async () => {
    const model = await loadModel(places[kind], threads)
    const alone: number[] = []
    for (const sample of samples) {
      alone.push(...(await model.predict([sample])).map(({ prediction }) => Number(prediction)))
    }
    const order = samples.map((_, row) => (row * 37) % samples.length)
    const answers = await Promise.all(order.map((row) => model.predict([samples[row] ?? {}])))
    for (const [place, row] of order.entries()) {
      expect(answers[place]).toHaveLength(1)
      expect(answers[place]?.[0]?.id).toBe(samples[row]?.id)
      expect(Number(answers[place]?.[0]?.prediction)).toBeCloseTo(alone[row] ?? Number.NaN, 5)
    }
    // Answers that are all alike would prove nothing.
    expect(new Set(alone).size).toBe(samples.length)
    await model.close()
  })
})
