import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { RunFolder } from '../../src/runs/folder.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'
import { smallRunConfig, smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const { request, complete, open, bytes } = smallRuns(folder, smallRunConfig({ epochs: 4 }))
const config = smallRunConfig({ epochs: 4, refit: true })
const selection = () => new RunFolder(join(folder, 'refit', 'selection'))

describe('a refit', () => {
  beforeAll(async () => {
    await complete('plain')
    await complete('refit', { config })
  })

  test('selects as a run without it does', () => {
    expect(selection().readResults().test).toEqual(open('plain').readResults().test)
  })

  test('learns from training and validation data for as long as the best epoch took', () => {
    const { bestEpoch, test: figures } = open('plain').readResults()
    const results = open('refit').readResults()
    expect(open('refit').readDescription().dataset.samples.train).toBe(40 + 16)
    expect(results.epochs).toBe(bestEpoch)
    expect(results.bestEpoch).toBe(bestEpoch)
    expect(results.test).not.toEqual(figures)
  })

  test('says of validation what was said while it was not learned from', () => {
    expect(open('refit').readResults().valid).toEqual(open('plain').readResults().valid)
    expect(open('refit').readPredictions('valid')).toEqual(selection().readPredictions('valid'))
  })

  test('has the learning rates of the selection', () => {
    const rates = (run: RunFolder) => run.readEpochs().map(({ rate }) => rate)
    const { epochs } = open('refit').readResults()
    expect(rates(open('refit'))).toEqual(rates(selection()).slice(0, epochs))
  })

  test('selects nothing where nothing is monitored', async () => {
    const config = smallRunConfig({ epochs: 3, refit: true, monitor: 'none' })
    const { epochs, bestEpoch } = await complete('at-once', { config })
    expect([epochs, bestEpoch]).toEqual([3, 3])
    expect(open('at-once').readDescription().dataset.samples.train).toBe(40 + 16)
    expect(existsSync(join(folder, 'at-once', 'selection'))).toBe(false)
  })

  test('stopped in either part goes on to the same bits', async () => {
    let steps = 0
    for (let stop = 3; stop < 200; stop += 9) {
      const control = new AbortController()
      const watcher = {
        stepped: () => {
          if (++steps % stop === 0) control.abort()
        },
      }
      const again = request('stopped', { config, signal: control.signal, watcher })
      if ((await trainRun(again)).state === 'complete') break
    }
    await complete('stopped', { config })
    expect(bytes('stopped').equals(bytes('refit'))).toBe(true)
  })
})
