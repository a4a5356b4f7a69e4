import { describe, expect, test } from 'vitest'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'
import { smallRunConfig, smallRuns } from '../support/small-run.js'

const { dataset, request, complete, stopped, open } = smallRuns(temporaryFolder())

describe('the best epoch', () => {
  test('is the last but `patience` of a run that stops since the validation loss no longer falls', async () => {
    const config = smallRunConfig({ epochs: 60, patience: 2, learningRate: 0.05 })
    const results = await complete('patient', { config })
    expect(results.stopped).toBe('patience')
    expect(results.epochs).toBe(results.bestEpoch + 2)
  })

  test('is the one that is best in what is watched', async () => {
    const config = smallRunConfig({ epochs: 4, monitor: 'correlation' })
    const { bestEpoch, valid } = await complete('watched', { config })
    const correlations = open('watched')
      .readEpochs()
      .map(({ metrics }) => metrics.correlation ?? -1)
    expect(correlations[bestEpoch - 1]).toBe(Math.max(...correlations))
    expect(valid.correlation).toBeCloseTo(Math.max(...correlations), 6)
  })

  test('is the last where nothing is watched, however the loss rises', async () => {
    const config = smallRunConfig({ epochs: 30, monitor: 'none', patience: 1, learningRate: 0.05 })
    const results = await complete('unwatched', { config })
    expect([results.bestEpoch, results.epochs]).toEqual([30, 30])
    const losses = open('unwatched')
      .readEpochs()
      .map(({ validLoss }) => validLoss)
    expect(losses.at(-1)).toBeGreaterThan(Math.min(...losses))
  })

  test('cannot be that of a figure that there is not', async () => {
    const config = smallRunConfig({ monitor: 'acuracy' })
    await expect(trainRun(request('unknown', { config }))).rejects.toThrow(
      /no metric "acuracy" to monitor: expected loss, none, mae/,
    )
  })

  /** Labels that are all alike correlate with nothing. */
  const { valid } = dataset.splits
  const alike = { ...valid, targets: { sentiment: new Float32Array(valid.ids.length).fill(1) } }
  const undefinedThere = {
    config: smallRunConfig({ epochs: 4, monitor: 'correlation', patience: 2 }),
    dataset: { ...dataset, splits: { ...dataset.splits, valid: alike } },
  }
  const best = (name: string) =>
    open(name)
      .readEpochs()
      .map((record) => record.best)

  test('is the first where what is watched is not defined', async () => {
    await complete('undefined', undefinedThere)
    expect(best('undefined')).toEqual([true, false, false])
  })

  test('is the first there as well after an interruption', async () => {
    await stopped('interrupted', 1, undefinedThere)
    await complete('interrupted', undefinedThere)
    expect(best('interrupted')).toEqual([true, false, false])
  })
})
