/** Runs that learn to do without some of their inputs. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { missingShares } from '../../src/data/prepare/missing/missing.js'
import { exportModel } from '../../src/index.js'
import { withRun } from '../../src/runs/evaluate.js'
import { readRun } from '../../src/runs/trained.js'
import { loadModel } from '../../src/use/open/load.js'
import { temporaryFolder } from '../support/folders.js'
import { smallRunConfig, smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const usual = smallRunConfig({ epochs: 3, modalityDropout: 0.4 })
const config = {
  ...usual,
  model: 'lf-lstm',
  settings: { modalities: ['text', 'audio'], hidden: 4, inferMissing: true },
}
const { bytes, complete, dataset, open, stoppedAt } = smallRuns(folder, config)

describe('a run with modality dropout and inferred inputs', () => {
  test('goes on to the same bits after a stop, and differs from one without', async () => {
    await complete('whole')
    await stoppedAt('stopped', { epoch: 2, batch: 2 })
    await complete('stopped')
    expect(bytes('stopped').equals(bytes('whole'))).toBe(true)
    const without = { ...config, training: { ...config.training, modalityDropout: 0 } }
    await complete('without', { config: without })
    expect(bytes('without').equals(bytes('whole'))).toBe(false)
  })

  test('predicts without an input as its exported file does', async () => {
    const run = readRun(open('whole'), {})
    const { test: split } = dataset.splits
    const missing = missingShares(split.ids.length, { audio: 1 }, 0)
    const deaf = await withRun(run, (predict) => predict(split, missing))
    const whole = await withRun(run, (predict) => predict(split))
    expect(
      Math.max(...deaf.map((value, at) => Math.abs(value - (whole[at] ?? 0)))),
    ).toBeGreaterThan(1e-4)
    const path = join(folder, 'whole.onnx')
    exportModel(open('whole').path, path)
    await using model = await loadModel(path)
    const text = split.features.text
    const count = text?.lengths[0] ?? 0
    const values = new Float32Array(count * 6)
    await text?.read(0, values, 0)
    const steps = Array.from({ length: count }, (_, step) => values.slice(step * 6, step * 6 + 6))
    const [answer] = await model.predict([{ id: 'deaf', text: steps }])
    expect(answer).toMatchObject({ missing: ['audio'] })
    expect(answer?.prediction).toBeCloseTo(deaf[0] ?? Number.NaN, 4)
  })

  const alone = smallRunConfig({ modalityDropout: 0.4 })
  test.each([
    ['one input', alone],
    [
      'one input in prediction',
      { ...alone, model: 'mctn', settings: { order: ['text', 'audio'] } },
    ],
  ])('is not for a model of %s', async (name, config) => {
    await expect(complete(name, { config })).rejects.toThrow(
      /modality dropout needs a model with several inputs.*with 1/,
    )
  })
})
