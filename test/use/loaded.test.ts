import { join } from 'node:path'
import { expect, test } from 'vitest'
import { synthesise } from '../../src/data/index.js'
import { loadModel, runConfig, train } from '../../src/index.js'
import { RunFolder } from '../../src/runs/folder.js'
import { readSteps } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'

test('a folder of seeds is loaded as its best one, and predicts what that run predicted', async () => {
  const folder = temporaryFolder()
  const dataset = synthesise({
    aligned: true,
    samples: { train: 24, valid: 8, test: 6 },
    widths: { text: 5, audio: 3, vision: 2 },
  })
  const losses: number[] = []
  for (const seed of [0, 1]) {
    const config = runConfig.parse({
      settings: { hidden: 3, feedback: 'none' },
      data: { path: 'synthetic' },
      training: { epochs: 2, batchSize: 8 },
      seed,
    })
    const outcome = await train({ config, dataset, folder: join(folder, `seed-${seed}`) })
    if (outcome.state !== 'complete') throw new Error('not complete')
    losses.push(outcome.results.valid.loss ?? Number.NaN)
  }
  const best = (losses[0] ?? 0) <= (losses[1] ?? 0) ? 0 : 1
  const expected = new RunFolder(join(folder, `seed-${best}`)).readPredictions('test')

  const { test: split } = dataset.splits
  const { text, audio, vision } = split.features
  const model = await loadModel(folder)
  const answers = await model.predict(
    split.ids.map((id, sample) => ({
      id,
      text: readSteps(text, sample),
      audio: readSteps(audio, sample),
      vision: readSteps(vision, sample),
    })),
  )
  await model.close()
  expect(answers.map(({ id }) => id)).toEqual(split.ids)
  for (const [row, answer] of answers.entries()) {
    expect(Number(answer.prediction)).toBeCloseTo(expected[row]?.prediction[0] ?? Number.NaN, 5)
  }
})
