/** What a cell may hold when it comes from a queue, and what a worker does with it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { digestPath } from '../../../src/disk/digest.js'
import type { RunConfig } from '../../../src/learn/config.js'
import { RunFolder } from '../../../src/runs/folder.js'
import {
  nameOfCell,
  receiveCell,
  sendCell,
  type TravellingCell,
} from '../../../src/sweep/travel/cell.js'
import { readReport } from '../../../src/sweep/travel/report.js'
import { trainLeased } from '../../../src/sweep/travel/train.js'
import { temporaryFolder } from '../../support/folders.js'
import { smallCorpus, smallRunConfig } from '../../support/small-run.js'

const base = temporaryFolder()
const here = process.cwd()
afterEach(() => process.chdir(here))

const cellOf = (config: RunConfig, folder = 'run') =>
  sendCell({ row: 'row', label: 'row, seed 5', folder, config }, base)
const train = (cell: TravellingCell, allowModelFiles = false, at?: string) =>
  trainLeased({
    ...{ kind: 'leased run', cell, token: 'token', allowModelFiles, base: at, watcher: {} },
    signal: new AbortController().signal,
    datasetOf: async () => smallCorpus(),
  })
/** A folder in place of data; what is in it is never read here. */
function dataFolder(name: string, content: string): string {
  mkdirSync(join(base, name), { recursive: true })
  writeFileSync(join(base, name, 'x.npy'), content)
  return name
}
const withData = (path: string): RunConfig => ({
  ...smallRunConfig(),
  data: { ...smallRunConfig().data, path },
})

describe('a cell that travels', () => {
  test('arrives as it was sent, with one thread and paths from the base', async () => {
    const { threads: _, ...config } = smallRunConfig()
    const cell = await cellOf(config, join(base, 'runs', 'seed-5'))
    expect(receiveCell(JSON.parse(JSON.stringify(cell)))).toEqual(cell)
    expect(cell.config.threads).toBe(1)
    expect(cell.folder).toBe(join('runs', 'seed-5'))
    expect((await cellOf(config, '/elsewhere/run')).folder).toBe('/elsewhere/run')
  })

  test('has one name in a place, whatever its threads', async () => {
    const cell = await cellOf(smallRunConfig())
    const config = { ...cell.config, threads: 4 }
    expect(nameOfCell({ ...cell, config })).toBe(nameOfCell(cell))
    expect(nameOfCell({ ...cell, folder: 'other' })).not.toBe(nameOfCell(cell))
    expect(nameOfCell({ ...cell, config: { ...config, seed: 6 } })).not.toBe(nameOfCell(cell))
  })

  test('holds nothing that it is not to hold', async () => {
    const cell = await cellOf(smallRunConfig())
    expect(() => receiveCell({ ...cell, code: 'process.exit()' })).toThrow('unknown key "code"')
    expect(() => receiveCell({ ...cell, base: 'relative' })).toThrow('the queue, base')
    const config = { ...cell.config, training: { epochs: -1 } }
    expect(() => receiveCell({ ...cell, config })).toThrow('config.training.epochs')
    expect(() => receiveCell(null)).toThrow('the queue')
  })

  test('is reported in words that are validated, too', () => {
    const at = { epoch: 1, batch: 2, batches: 3, loss: 0.5, samples: 8 }
    expect(readReport({ kind: 'stepped', at })).toEqual({ kind: 'stepped', at })
    const share = { from: 0, to: 1 }
    const of = { parameters: 1, batches: 3, epochs: 4, resumedFrom: 0, refit: false, share }
    expect(readReport({ kind: 'stepped', at, of })).toEqual({ kind: 'stepped', at, of })
    expect(readReport({ kind: 'stepped', at, of: { ...of, code: 1 } })).toBeUndefined()
    expect(readReport({ kind: 'stepped', at: { ...at, html: '<b>' } })).toBeUndefined()
    expect(readReport(17)).toBeUndefined()
  })
})

describe('a worker', () => {
  test('trains a cell to its place, and a complete one not again', async () => {
    const cell = await cellOf(smallRunConfig(), 'trained')
    const end = await train(cell)
    expect(end.kind).toBe('complete')
    const run = new RunFolder(join(base, 'trained'))
    expect(run.readConfig()).toEqual(cell.config)
    const again = await trainLeased({
      ...{ kind: 'leased run', cell, token: 'other', allowModelFiles: false, watcher: {} },
      signal: new AbortController().signal,
      datasetOf: () => Promise.reject(new Error('opened for nothing')),
    })
    expect(again).toEqual(end)
  })

  test('finds the base where it lies on its own machine', async () => {
    const cell = { ...(await cellOf(smallRunConfig(), 'moved')), base: join(base, 'not', 'here') }
    await expect(train(cell)).rejects.toThrow(
      /not.here: the folder that the run was submitted from/,
    )
    expect((await train(cell, false, base)).kind).toBe('complete')
  })

  test('refuses a model that Limbic does not know, and settings that it does not have', async () => {
    const config = smallRunConfig()
    const unknown = { ...(await cellOf(config, 'unknown')), config: { ...config, model: 'mmlach' } }
    await expect(train(unknown)).rejects.toThrow('unknown model "mmlach"')
    const settings = { ...config.settings, hiden: 4 }
    const unfit = { ...(await cellOf(config, 'unfit')), config: { ...config, settings } }
    await expect(train(unfit)).rejects.toThrow('unknown key "hiden"')
    expect(readdirSync(base).filter((name) => name.startsWith('.un'))).toEqual([])
  })

  test("executes a model's own file only where that is allowed, and only the one it was", async () => {
    const file = join(base, 'own.mjs')
    writeFileSync(file, 'throw new Error("it ran")')
    const cell = await cellOf({ ...smallRunConfig(), model: file, settings: {} }, 'own')
    await expect(train(cell)).rejects.toThrow(
      /own\.mjs: this worker does not execute models' own files/,
    )
    writeFileSync(file, 'throw new Error("another ran")')
    await expect(train(cell, true)).rejects.toThrow(/the model file on this machine differs/)
    writeFileSync(file, 'throw new Error("it ran")')
    await expect(train(cell, true)).rejects.toThrow('it ran')
  })

  test('refuses data that are not the ones that were handed out, or not there', async () => {
    const cell = await cellOf(withData(dataFolder('data', 'one')), 'other-data')
    const before = digestPath(join(base, 'data'))
    dataFolder('data', 'another')
    expect(digestPath(join(base, 'data'))).not.toBe(before)
    await expect(train(cell)).rejects.toThrow(/data: the data on this machine differs/)
    const config = withData('gone')
    await expect(train({ ...cell, config })).rejects.toThrow(/gone: a file that the run needs/)
    await expect(train({ ...cell, digests: {} })).rejects.toThrow(
      /data: the run was submitted without the digest of the data/,
    )
    // A file called "synthetic" on one machine alone.
    const synthetic = { ...cell, config: withData('synthetic') }
    await expect(train(synthetic)).rejects.toThrow(/synthetic: a file that the run needs/)
  })

  test('starts from the weights that it was handed out with, and no others', async () => {
    await train(await cellOf(smallRunConfig(), 'source'))
    const cell = await cellOf({ ...smallRunConfig(), from: 'source' }, 'tuned')
    const file = join(base, 'source', 'weights.safetensors')
    const before = readFileSync(file)
    writeFileSync(file, Buffer.concat([before, Buffer.of(0)]))
    await expect(train(cell)).rejects.toThrow(/the run to start from on this machine differs/)
    writeFileSync(file, before)
    expect((await train(cell)).kind).toBe('complete')
    // What has begun needs them no more.
    rmSync(join(base, 'source'), { recursive: true })
    expect((await cellOf({ ...smallRunConfig(), from: 'source' }, 'tuned')).digests).toEqual({})
  })
})
