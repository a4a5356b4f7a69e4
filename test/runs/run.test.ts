import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Predictor } from '../../src/learn/predictor.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'
import { smallCorpus, smallRunConfig, smallRuns, wholeRunConfig } from '../support/small-run.js'

const folder = temporaryFolder()
const { dataset, request, complete, open } = smallRuns(folder, wholeRunConfig())
const tensorFiles = ['weights.safetensors', 'checkpoint.safetensors']
const tensors = (name: string, file: string) => readSafetensors(join(folder, name, file)).tensors

describe('a run that comes to its end', () => {
  beforeAll(async () => {
    await complete('one')
  })

  test('is the same to the last bit when it is repeated', async () => {
    const { test: figures } = await complete('again')
    for (const file of tensorFiles) expect(tensors('again', file)).toEqual(tensors('one', file))
    expect(figures).toEqual(open('one').readResults().test)
  })

  test('is another with another seed', async () => {
    await complete('other', { config: { ...wholeRunConfig(), seed: 6 } })
    for (const file of tensorFiles) expect(tensors('other', file)).not.toEqual(tensors('one', file))
  })

  test('learns: the training loss falls', () => {
    const records = open('one').readEpochs()
    expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(records.at(-1)?.trainLoss).toBeLessThan(records[0]?.trainLoss ?? 0)
  })

  test('writes the prediction and the truth of every sample, in their order', () => {
    const lines = open('one').readPredictions('test')
    const { sentiment } = dataset.splits.test.targets
    expect(lines.map(({ id }) => id)).toEqual(dataset.splits.test.ids)
    expect(lines.map(({ truth }) => truth[0])).toEqual(Array.from(sentiment ?? []))
  })

  test('gives figures of the predictions that it writes', () => {
    const lines = open('one').readPredictions('test')
    const error = lines.reduce(
      (sum, { prediction, truth }) => sum + Math.abs((prediction[0] ?? 0) - (truth[0] ?? 0)),
      0,
    )
    expect(open('one').readResults().test.mae).toBeCloseTo(error / lines.length, 5)
  })

  test('is given back as it is, and not begun again', async () => {
    const watcher = { started: () => expect.unreachable() }
    expect((await trainRun(request('one', { watcher }))).state).toBe('complete')
  })

  test('opens one graph that predicts, for its epochs and its end', async () => {
    const opening = vi.spyOn(Predictor, 'open')
    await complete('opened')
    expect(opening).toHaveBeenCalledTimes(1)
    opening.mockRestore()
    expect(open('opened').readPredictions('test')).toEqual(open('one').readPredictions('test'))
  })
})

test('intensities of emotions are taken as present or absent', async () => {
  const corpus = () =>
    smallCorpus({ task: 'emotions', samples: { train: 24, valid: 8, test: 8 }, seed: 0 })
  const strong = corpus()
  for (const { targets } of Object.values(strong.splits)) {
    targets.emotions?.forEach((value, place, all) => {
      all[place] = 3 * value
    })
  }
  const config = smallRunConfig()
  const { test: one } = await complete('present', { config, dataset: corpus() })
  const { test: three } = await complete('strong', { config, dataset: strong })
  expect(three).toEqual(one)
  expect(three.loss).toBeGreaterThan(0)
})
