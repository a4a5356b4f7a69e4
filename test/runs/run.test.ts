import { copyFileSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { synthesise } from '../../src/data/index.js'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { runConfig } from '../../src/learn/config.js'
import { Predictor } from '../../src/learn/predictor.js'
import { RunFolder } from '../../src/runs/folder.js'
import { type RunRequest, trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
const dataset = synthesise({
  aligned: true,
  samples: { train: 40, valid: 16, test: 16 },
  widths: { text: 6, audio: 4, vision: 3 },
  seed: 3,
})
const config = runConfig.parse({
  settings: { hidden: 4 },
  data: { path: 'synthetic' },
  training: { epochs: 4, batchSize: 8, learningRate: 5e-3 },
  seed: 5,
})
const request = (name: string, more: Partial<RunRequest> = {}): RunRequest => ({
  config,
  dataset,
  folder: join(folder, name),
  ...more,
})
const bytes = (name: string, file: string) => readFileSync(join(folder, name, file))

describe('a run', () => {
  test('is the same to the last bit when repeated, and differs with the seed', async () => {
    const one = await trainRun(request('one'))
    const again = await trainRun(request('again'))
    const other = await trainRun(request('other', { config: { ...config, seed: 6 } }))
    expect(one.state).toBe('complete')
    for (const file of ['weights.safetensors', 'checkpoint.safetensors']) {
      const tensors = (name: string) => readSafetensors(join(folder, name, file)).tensors
      expect(tensors('again')).toEqual(tensors('one'))
      expect(tensors('other')).not.toEqual(tensors('one'))
    }
    if (one.state !== 'complete' || again.state !== 'complete') throw new Error('not complete')
    expect(again.results.test).toEqual(one.results.test)
    expect(other.state).toBe('complete')
  })

  test('learns: the training loss falls', () => {
    const records = new RunFolder(join(folder, 'one')).readEpochs()
    expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(records.at(-1)?.trainLoss).toBeLessThan(records[0]?.trainLoss ?? 0)
  })

  test('stopped in the middle of an epoch goes on to the same bits', async () => {
    const control = new AbortController()
    const watcher = {
      stepped: ({ epoch, batch }: { epoch: number; batch: number }) => {
        if (epoch === 3 && batch === 2) control.abort()
      },
    }
    const first = await trainRun(request('stopped', { signal: control.signal, watcher }))
    expect(first).toEqual({ state: 'stopped', epoch: 2 })
    expect(new RunFolder(join(folder, 'stopped')).complete).toBe(false)
    const resumedFrom: number[] = []
    await trainRun(
      request('stopped', { watcher: { started: (about) => resumedFrom.push(about.resumedFrom) } }),
    )
    expect(resumedFrom).toEqual([2])
    expect(
      bytes('stopped', 'weights.safetensors').equals(bytes('one', 'weights.safetensors')),
    ).toBe(true)
    const lines = new RunFolder(join(folder, 'stopped')).readEpochs()
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
  })

  test('killed between the files of an epoch goes on to the same bits', async () => {
    // As if the machine had died after the weights and the log of epoch 4, before its checkpoint.
    const control = new AbortController()
    const stopAt = (stop: number) => ({
      stepped: ({ epoch }: { epoch: number }) => {
        if (epoch === stop) control.abort()
      },
    })
    await trainRun(request('killed', { signal: control.signal, watcher: stopAt(4) }))
    copyFileSync(
      join(folder, 'one', 'weights.safetensors'),
      join(folder, 'killed', 'weights.safetensors'),
    )
    copyFileSync(join(folder, 'one', 'epochs.jsonl'), join(folder, 'killed', 'epochs.jsonl'))
    await trainRun(request('killed'))
    expect(bytes('killed', 'weights.safetensors').equals(bytes('one', 'weights.safetensors'))).toBe(
      true,
    )
    const lines = new RunFolder(join(folder, 'killed')).readEpochs()
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
  })

  test('that is complete is given back as it is', async () => {
    const outcome = await trainRun(
      request('one', { watcher: { started: () => expect.unreachable() } }),
    )
    expect(outcome.state).toBe('complete')
  })

  test('that goes on has as many threads as it began with unless told how many', async () => {
    const open = vi.spyOn(Predictor, 'open')
    const threads = async (asked: number | undefined, signal?: AbortSignal) => {
      const told = { ...config, ...(asked !== undefined && { threads: asked }) }
      await trainRun(request('threads', { config: told, ...(signal && { signal }) }))
      return open.mock.calls.at(-1)?.[0].session?.threads
    }
    const stopped = AbortSignal.abort()
    expect(await threads(1, stopped)).toBe(1)
    expect(await threads(undefined, stopped)).toBe(1)
    expect(await threads(2, stopped)).toBe(2)
    expect(await threads(undefined)).toBe(1)
    open.mockRestore()
  })

  test('opens one graph that predicts, for its epochs and its end', async () => {
    const open = vi.spyOn(Predictor, 'open')
    await trainRun(request('opened'))
    expect(open).toHaveBeenCalledTimes(1)
    open.mockRestore()
    expect(new RunFolder(join(folder, 'opened')).readPredictions('test')).toEqual(
      new RunFolder(join(folder, 'one')).readPredictions('test'),
    )
  })

  test('refuses the folder of another run', async () => {
    const different = { ...config, settings: { hidden: 5 } }
    await expect(trainRun(request('one', { config: different }))).rejects.toThrow(
      /this folder holds another run: expected settings\.hidden 5, got settings\.hidden \d+\./,
    )
  })

  test('refuses to go on with data that changed since it began', async () => {
    const control = new AbortController()
    const watcher = { finishedEpoch: () => control.abort() }
    await trainRun(request('changed', { signal: control.signal, watcher }))
    const other = synthesise({
      aligned: true,
      samples: { train: 41, valid: 16, test: 16 },
      widths: { text: 6, audio: 4, vision: 3 },
      seed: 3,
    })
    await expect(trainRun(request('changed', { dataset: other }))).rejects.toThrow(
      /the data have changed since the run began.*"train":40.*"train":41/,
    )
  })

  test('does not go on without the statistics that it began with', async () => {
    rmSync(join(folder, 'changed', 'standardisation.safetensors'))
    await expect(trainRun(request('changed'))).rejects.toThrow(
      /the statistics of the features are missing/,
    )
  })

  test('takes no statistics that another beginning left behind', async () => {
    const plain = runConfig.parse({ ...config, data: { ...config.data, standardise: false } })
    const stop = { signal: AbortSignal.abort() }
    await trainRun(request('plain', { config: plain, ...stop }))
    copyFileSync(
      join(folder, 'one', 'standardisation.safetensors'),
      join(folder, 'plain', 'standardisation.safetensors'),
    )
    await trainRun(request('plain', { config: plain }))
    await trainRun(request('unmixed', { config: plain }))
    expect(
      bytes('plain', 'weights.safetensors').equals(bytes('unmixed', 'weights.safetensors')),
    ).toBe(true)
  })

  test('refuses a rate for parameters that are not there', async () => {
    const training = { ...config.training, rates: { encodrs: 0.1 } }
    await expect(trainRun(request('rates', { config: { ...config, training } }))).rejects.toThrow(
      /no parameter's path begins with "encodrs"/,
    )
  })

  test('takes intensities of emotions as present or absent', async () => {
    const options = {
      aligned: true,
      task: 'emotions',
      samples: { train: 24, valid: 8, test: 8 },
      widths: { text: 6, audio: 4, vision: 3 },
    } as const
    const plain = synthesise(options)
    const strong = synthesise(options)
    for (const { targets } of Object.values(strong.splits)) {
      targets.emotions?.forEach((value, place, all) => {
        all[place] = 3 * value
      })
    }
    const one = await trainRun(request('present', { dataset: plain }))
    const three = await trainRun(request('strong', { dataset: strong }))
    if (one.state !== 'complete' || three.state !== 'complete') throw new Error('not complete')
    expect(three.results.test).toEqual(one.results.test)
    expect(three.results.test.loss).toBeGreaterThan(0)
  })

  test('refuses a checkpoint and weights of another model', async () => {
    cpSync(join(folder, 'one'), join(folder, 'mixed'), { recursive: true })
    rmSync(join(folder, 'mixed', 'results.json'))
    const wide = { ...config, settings: { hidden: 5 } }
    await trainRun(request('wide', { config: wide }))
    copyFileSync(
      join(folder, 'wide', 'checkpoint.safetensors'),
      join(folder, 'mixed', 'checkpoint.safetensors'),
    )
    await expect(trainRun(request('mixed'))).rejects.toThrow(/this checkpoint is of another model/)
  })

  test('stops when the validation loss has not fallen for `patience` epochs', async () => {
    const outcome = await trainRun(
      request('patient', {
        config: runConfig.parse({
          ...config,
          training: { ...config.training, epochs: 60, patience: 2, learningRate: 0.05 },
        }),
      }),
    )
    if (outcome.state !== 'complete') throw new Error('not complete')
    expect(outcome.results.stopped).toBe('patience')
    expect(outcome.results.epochs).toBe(outcome.results.bestEpoch + 2)
  })

  test('keeps the epoch that is best in what is watched', async () => {
    const monitored = (monitor: string) =>
      request(`by ${monitor}`, {
        config: runConfig.parse({ ...config, training: { ...config.training, monitor } }),
      })
    const outcome = await trainRun(monitored('correlation'))
    if (outcome.state !== 'complete') throw new Error('not complete')
    const records = new RunFolder(join(folder, 'by correlation')).readEpochs()
    const correlations = records.map(({ metrics }) => metrics.correlation ?? -1)
    expect(correlations[outcome.results.bestEpoch - 1]).toBe(Math.max(...correlations))
    expect(outcome.results.valid.correlation).toBeCloseTo(Math.max(...correlations), 6)
    await expect(trainRun(monitored('acuracy'))).rejects.toThrow(
      /no figure "acuracy" to be watched: expected loss, mae/,
    )
  })

  test('stops alike with and without interruption where what is watched is not defined', async () => {
    const { valid } = dataset.splits
    const alike = { ...valid, targets: { sentiment: new Float32Array(valid.ids.length).fill(1) } }
    const undefinedThere = (name: string, signal?: AbortSignal) =>
      request(name, {
        config: runConfig.parse({
          ...config,
          training: { ...config.training, monitor: 'correlation', patience: 2 },
        }),
        dataset: { ...dataset, splits: { ...dataset.splits, valid: alike } },
        ...(signal && { signal }),
      })
    await trainRun(undefinedThere('undefined'))
    const control = new AbortController()
    await trainRun({
      ...undefinedThere('undefined, stopped', control.signal),
      watcher: { finishedEpoch: () => control.abort() },
    })
    await trainRun(undefinedThere('undefined, stopped'))
    for (const name of ['undefined', 'undefined, stopped']) {
      const best = new RunFolder(join(folder, name)).readEpochs().map((record) => record.best)
      expect(best).toEqual([true, false, false])
    }
  })

  test('predicts with the best weights, one line a sample', () => {
    const run = new RunFolder(join(folder, 'one'))
    const lines = run.readPredictions('test')
    const { sentiment } = dataset.splits.test.targets
    expect(lines.map(({ id }) => id)).toEqual(dataset.splits.test.ids)
    expect(lines.map(({ truth }) => truth[0])).toEqual(Array.from(sentiment ?? []))
    const error = lines.reduce(
      (sum, { prediction, truth }) => sum + Math.abs((prediction[0] ?? 0) - (truth[0] ?? 0)),
      0,
    )
    expect(run.readResults().test.mae).toBeCloseTo(error / lines.length, 5)
  })
})

describe('a refit', () => {
  const refit = { ...config, training: { ...config.training, refit: true } }

  test('learns from training and validation data for as long as the best epoch took', async () => {
    const outcome = await trainRun(request('refit', { config: refit }))
    const plain = await trainRun(request('one'))
    if (outcome.state !== 'complete' || plain.state !== 'complete') throw new Error('not complete')
    const run = new RunFolder(join(folder, 'refit'))
    const selection = new RunFolder(join(folder, 'refit', 'selection'))
    expect(run.readDescription().dataset.samples.train).toBe(40 + 16)
    expect(selection.readResults().test).toEqual(plain.results.test)
    expect(outcome.results.epochs).toBe(plain.results.bestEpoch)
    expect(outcome.results.bestEpoch).toBe(plain.results.bestEpoch)
    // What validation says is what it said while it was not learned from.
    expect(outcome.results.valid).toEqual(plain.results.valid)
    expect(run.readPredictions('valid')).toEqual(selection.readPredictions('valid'))
    expect(outcome.results.test).not.toEqual(plain.results.test)
    const rates = (folder: RunFolder) => folder.readEpochs().map(({ rate }) => rate)
    expect(rates(run)).toEqual(rates(selection).slice(0, outcome.results.epochs))
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
      const again = request('refit stopped', { config: refit, signal: control.signal, watcher })
      if ((await trainRun(again)).state === 'complete') break
    }
    const outcome = await trainRun(request('refit stopped', { config: refit }))
    expect(outcome.state).toBe('complete')
    expect(
      bytes('refit stopped', 'weights.safetensors').equals(bytes('refit', 'weights.safetensors')),
    ).toBe(true)
  })
})
