import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { runConfig } from '../../src/learn/config.js'
import { Predictor } from '../../src/learn/predictor.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'
import { smallCorpus, smallRunConfig, smallRuns, wholeRunConfig } from '../support/small-run.js'

const folder = temporaryFolder()
const whole = smallRuns(folder, wholeRunConfig())
const { request, complete, stopped } = smallRuns(folder)

/** A file of one run in the place of another's. */
const copy = (file: string, from: string, to: string) =>
  copyFileSync(join(folder, from, file), join(folder, to, file))

describe('a run that was stopped', () => {
  beforeAll(async () => {
    await whole.complete('one')
  })

  test('in the middle of an epoch keeps the epochs before it', async () => {
    const outcome = await whole.stoppedAt('kept', { epoch: 3, batch: 2 })
    expect(outcome).toEqual({ state: 'stopped', epoch: 2 })
    expect(whole.open('kept').complete).toBe(false)
  })

  test('in the middle of an epoch goes on to the same bits', async () => {
    await whole.stoppedAt('stopped', { epoch: 3, batch: 2 })
    const resumedFrom: number[] = []
    await whole.complete('stopped', {
      watcher: { started: (about) => resumedFrom.push(about.resumedFrom) },
    })
    expect(resumedFrom).toEqual([2])
    expect(whole.bytes('stopped').equals(whole.bytes('one'))).toBe(true)
    const lines = whole.open('stopped').readEpochs()
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
  })

  test('between the files of an epoch goes on to the same bits', async () => {
    // As if the machine had died after the weights and the log of epoch 4, before its checkpoint.
    await whole.stoppedAt('killed', { epoch: 4, batch: 1 })
    copy('weights.safetensors', 'one', 'killed')
    copy('epochs.jsonl', 'one', 'killed')
    await whole.complete('killed')
    expect(whole.bytes('killed').equals(whole.bytes('one'))).toBe(true)
    const lines = whole.open('killed').readEpochs()
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
  })

  test('has as many threads as it began with unless told how many', async () => {
    const opening = vi.spyOn(Predictor, 'open')
    const { threads: _, ...config } = smallRunConfig()
    const threads = async (asked: number | undefined, signal?: AbortSignal) => {
      const told = { ...config, ...(asked !== undefined && { threads: asked }) }
      await trainRun(request('threads', { config: told, ...(signal && { signal }) }))
      return opening.mock.calls.at(-1)?.[0].session?.threads
    }
    const stop = AbortSignal.abort()
    expect(await threads(1, stop)).toBe(1)
    expect(await threads(undefined, stop)).toBe(1)
    expect(await threads(2, stop)).toBe(2)
    expect(await threads(undefined)).toBe(1)
    opening.mockRestore()
  })

  test('is refused with data that changed since it began', async () => {
    await stopped('changed', 1)
    const other = smallCorpus({ samples: { train: 41, valid: 16, test: 16 } })
    await expect(trainRun(request('changed', { dataset: other }))).rejects.toThrow(
      /the data has changed since the run started.*"train":40.*"train":41/,
    )
  })

  test('is refused without the statistics that it began with', async () => {
    await stopped('bare', 1)
    rmSync(join(folder, 'bare', 'standardisation.safetensors'))
    await expect(trainRun(request('bare'))).rejects.toThrow(/the feature statistics are missing/)
  })

  test('takes no statistics that another beginning left behind', async () => {
    const usual = smallRunConfig()
    const config = runConfig.parse({ ...usual, data: { ...usual.data, standardise: false } })
    await trainRun(request('plain', { config, signal: AbortSignal.abort() }))
    await trainRun(request('standardised', { signal: AbortSignal.abort() }))
    copy('standardisation.safetensors', 'standardised', 'plain')
    await complete('plain', { config })
    await complete('unmixed', { config })
    expect(whole.bytes('plain').equals(whole.bytes('unmixed'))).toBe(true)
  })
})

describe('a folder', () => {
  test('of another run is refused', async () => {
    await stopped('taken', 1)
    const config = smallRunConfig({}, { hidden: 5 })
    await expect(trainRun(request('taken', { config }))).rejects.toThrow(
      /the folder contains another run: expected settings\.hidden 5, got settings\.hidden \d+\./,
    )
  })

  test('with the checkpoint of another model is refused', async () => {
    await stopped('mixed', 1)
    await stopped('wide', 1, { config: smallRunConfig({}, { hidden: 5 }) })
    copy('checkpoint.safetensors', 'wide', 'mixed')
    await expect(trainRun(request('mixed'))).rejects.toThrow(
      /the checkpoint belongs to another model/,
    )
  })
})

test('a rate for parameters that are not there is refused', async () => {
  const config = smallRunConfig({ rates: { encodrs: 0.1 } })
  await expect(trainRun(request('rates', { config }))).rejects.toThrow(
    /no parameter path starts with "encodrs"/,
  )
})
