import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { bestRun } from '../../src/runs/best-run.js'
import { RunFolder } from '../../src/runs/folder.js'
import { takeWeights } from '../../src/runs/from.js'
import { listRuns } from '../../src/runs/list.js'
import { amendRun } from '../../src/runs/open/amend.js'
import { measureGroups } from '../../src/runs/open/measure-unfinished.js'
import { describeSoFar } from '../../src/runs/open/so-far.js'
import { openRun } from '../../src/runs/open-run.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'
import { smallRunConfig, smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const { request, complete, stopped } = smallRuns(folder)
const at = (...parts: string[]) => join(folder, ...parts)
const run = (name: string) => new RunFolder(at(name))
const weights = (name: string, file = 'weights.safetensors') => readFileSync(at(name, file))
const tensors = (name: string) => readSafetensors(at(name, 'weights.safetensors')).tensors

describe('a complete run', () => {
  test('that may take more epochs comes to what it had come to, had it been told so at first', async () => {
    await complete('short')
    await complete('long', { config: smallRunConfig({ epochs: 5 }) })
    const { config, open } = amendRun(run('short'), { epochs: 5 })
    expect(open).toBe(true)
    expect(run('short').complete).toBe(false)
    const resumedFrom: number[] = []
    const watcher = {
      started: (about: { resumedFrom: number }) => resumedFrom.push(about.resumedFrom),
    }
    const { test: figures } = await complete('short', { config, watcher })
    expect(resumedFrom).toEqual([2])
    expect(weights('short').equals(weights('long'))).toBe(true)
    expect(figures).toEqual(run('long').readResults().test)
  })

  test('that is a refit does so as well', async () => {
    const refit = (epochs: number) => ({ config: smallRunConfig({ refit: true, epochs }) })
    await complete('refit', refit(1))
    await complete('refit long', refit(3))
    const { config } = amendRun(run('refit'), { epochs: 3 })
    await complete('refit', { config })
    expect(weights('refit').equals(weights('refit long'))).toBe(true)
  })

  test('that stopped since nothing better came stays as it is until it is more patient', async () => {
    const config = smallRunConfig({ epochs: 30, patience: 1, learningRate: 0.2 })
    const { stopped: why, epochs } = await complete('impatient', { config })
    expect(why).toBe('patience')
    expect(amendRun(run('impatient'), { epochs: 40 }).open).toBe(false)
    expect(run('impatient').complete).toBe(true)
    expect(amendRun(run('impatient'), { patience: 5 }).open).toBe(true)
    expect(() => amendRun(run('impatient'), { epochs: epochs - 1 })).toThrow(
      /has already trained for more epochs/,
    )
  })
})

describe('an unfinished run', () => {
  test('predicts with its best weights so far, and is told to be unfinished', async () => {
    await stopped('open', 1, { config: smallRunConfig({ epochs: 4 }) })
    const { unfinished, weights: best } = openRun(at('open'))
    expect(unfinished).toMatchObject({ epochs: 1, bestEpoch: 1 })
    expect(describeSoFar({ epochs: 1, bestEpoch: 1 })).toMatch(/unfinished: .* of epoch 1 of 1/)
    expect(best.size).toBe(tensors('open').size)
    expect(openRun(at('long')).unfinished).toBeUndefined()
  })

  test('that is a refit predicts with what its first half came to, by that half’s statistics', async () => {
    const config = smallRunConfig({ refit: true })
    const control = new AbortController()
    const watcher = {
      started: ({ refit }: { refit: boolean }) => {
        if (refit) control.abort()
      },
    }
    await trainRun(request('half', { config, watcher, signal: control.signal }))
    const trained = openRun(at('half'))
    const first = openRun(at('half', 'selection'))
    expect(trained.weights).toEqual(first.weights)
    expect(trained.standardisation).toEqual(first.standardisation)
  })

  test('has no weights before its first epoch', async () => {
    await trainRun(request('nothing', { signal: AbortSignal.abort() }))
    expect(() => openRun(at('nothing'))).toThrow(/no weights yet.*limbic train --resume/)
  })

  test('is the best of its seeds only where none is complete', async () => {
    await stopped('seeds/seed-0', 1)
    await stopped('seeds/seed-1', 1, { config: { ...smallRunConfig(), seed: 9 } })
    expect(bestRun(at('seeds')).chosen?.of).toBe(2)
    await complete('seeds/seed-1', { config: { ...smallRunConfig(), seed: 9 } })
    expect(bestRun(at('seeds'))).toMatchObject({
      chosen: { of: 1 },
      run: { path: at('seeds', 'seed-1') },
    })
  })

  test('is compared by figures that its best weights come to, and is marked', async () => {
    const synthetic = { train: 24, valid: 12, test: 12 }
    const config = smallRunConfig({ epochs: 5 })
    const own = { ...config, data: { ...config.data, synthetic: { ...synthetic } } }
    const { openData } = await import('../../src/runs/open-data.js')
    const { syntheticConfig } = await import('../../src/learn/config.js')
    const told = { ...own, data: { ...own.data, synthetic: syntheticConfig.parse(synthetic) } }
    const dataset = await openData(told.data)
    await stopped('compared', 3, { config: told, dataset })
    const before = run('compared')
      .readEpochs()
      .findLast(({ best }) => best)
    const [group] = await measureGroups([
      { path: at('compared'), name: 'compared', runs: [run('compared')] },
    ])
    expect(group?.name).toMatch(/^compared \(unfinished, epoch \d of 3\)$/)
    const results = group?.runs[0]?.readResults()
    expect(results?.valid.loss).toBeCloseTo(before?.validLoss ?? -1, 6)
    expect(group?.runs[0]?.readPredictions('test')).toHaveLength(12)
    expect(existsSync(at('compared', 'results.json'))).toBe(false)
  })
})

describe('a run that begins with another’s weights', () => {
  test('takes those of the same name and shape, says so, and needs the other no more', async () => {
    await complete('source')
    await complete('source copy')
    const config = { ...smallRunConfig(), seed: 6, from: at('source') }
    const begun: unknown[] = []
    const watcher = { started: ({ beginning }: { beginning?: unknown }) => begun.push(beginning) }
    const stop = AbortSignal.abort()
    await trainRun(request('tuned', { config, watcher, signal: stop }))
    expect(begun).toEqual([{ run: at('source'), taken: tensors('source').size, anew: [] }])
    rmSync(at('source'), { recursive: true })
    await complete('tuned', { config })
    await complete('tuned at once', { config: { ...config, from: at('source copy') } })
    expect(weights('tuned').equals(weights('tuned at once'))).toBe(true)
    await complete('fresh', { config: { ...smallRunConfig(), seed: 6 } })
    expect(weights('tuned').equals(weights('fresh'))).toBe(false)
  })

  test('of other shapes tells which parameters start anew', async () => {
    await complete('narrow')
    const control = AbortSignal.abort()
    const config = {
      ...smallRunConfig({}, { modalities: ['text', 'audio', 'vision'] }),
      from: at('narrow'),
    }
    await trainRun(request('wider', { config, signal: control }))
    const { beginning } = run('wider').readDescription()
    expect(beginning?.taken).toBeGreaterThan(0)
    expect(beginning?.anew.join()).toMatch(/audio/)
    expect(run('wider').readInitial().size).toBe(beginning?.taken)
  })

  test('in some parts alone, each from the same part of the other or another one', async () => {
    await complete('whole')
    const there = [...tensors('whole')].map(([name, { shape }]) => ({ name, shape }))
    const part = there[0]?.name.split('.')[0] ?? ''
    const own = there.filter(({ name }) => name.startsWith(`${part}.`))
    expect(own.length).toBeLessThan(there.length)
    const same = takeWeights(at('whole'), there, [part])
    expect([...same.weights.keys()]).toEqual(own.map(({ name }) => name))
    expect(same.beginning.taken + same.beginning.anew.length).toBe(there.length)
    const elsewhere = own.map(({ name, shape }) => ({ name: `other.${name}`, shape }))
    const moved = takeWeights(at('whole'), elsewhere, [`other.${part}=${part}`])
    expect([...moved.weights.values()]).toEqual([...same.weights.values()])
    expect(() => takeWeights(at('whole'), there, ['nowhere'])).toThrow(
      /part "nowhere".*part of the model, such as/,
    )
  })

  test('of which nothing fits is refused', async () => {
    await complete('other shapes')
    expect(() => takeWeights(at('other shapes'), [{ name: 'head.bias', shape: [7] }])).toThrow(
      /weights\.safetensors: no parameter of this run matches the model: expected head\.bias \[7\], got/,
    )
  })
})

test('a list of runs tells the state, the best epoch and the figures of each', async () => {
  await complete('list/done')
  await stopped('list/group/open', 1)
  await trainRun(request('list/group/begun', { signal: AbortSignal.abort() }))
  await complete('list/broken')
  copyFileSync(at('list/broken/model.json'), at('list/broken/config.yaml'))
  const runs = listRuns(at('list'))
  expect(runs.map(({ path, state }) => [path.slice(at('list').length + 1), state])).toEqual([
    ['broken', 'damaged'],
    ['done', 'complete'],
    ['group/begun', 'untrained'],
    ['group/open', 'unfinished'],
  ])
  expect(runs[1]).toMatchObject({ reached: { epochs: 2 }, figures: { split: 'test' } })
  expect(runs[3]).toMatchObject({
    reached: { epochs: 1, bestEpoch: 1 },
    figures: { split: 'valid' },
  })
  expect(runs[0]?.problem).toMatch(/config\.yaml/)
})
