import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireLock, lockPath } from '../../src/disk/lock/index.js'
import { runConfig } from '../../src/learn/config.js'
import { RunFolder } from '../../src/runs/folder.js'
import { type Cell, planCells } from '../../src/sweep/cell.js'
import { type CellOutcome, type GridWatcher, runGrid } from '../../src/sweep/run-grid.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
const small = (training: object = {}, settings: object = {}) =>
  runConfig.parse({
    settings: { modalities: ['text'], feedback: 'none', hidden: 4, ...settings },
    data: { path: 'synthetic', synthetic: { train: 32, valid: 8, test: 8 } },
    training: { epochs: 2, batchSize: 8, ...training },
  })
/** Long enough to be interrupted on the way. */
const long = () => small({ epochs: 4000, patience: 4000, batchSize: 2 })

const cellsOf = (name: string, rows: Record<string, ReturnType<typeof small>>, seeds = [0, 1]) =>
  planCells({
    folder: join(folder, name),
    rows: Object.entries(rows).map(([id, config]) => ({ id, config })),
    seeds,
  })
const states = (outcomes: readonly CellOutcome[]) => outcomes.map(({ state }) => state)
const pidOf = (cell: Cell) =>
  (JSON.parse(readFileSync(lockPath(cell.folder), 'utf8')) as { pid: number }).pid
const locksBelow = (name: string) =>
  readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.lock/.test(path),
  )
/** Resolves when the cell's process has taken its first steps. */
function progressOf(wanted: Cell): { watcher: GridWatcher; seen: Promise<void> } {
  let resolve: () => void = () => {}
  const seen = new Promise<void>((done) => {
    resolve = done
  })
  return {
    seen,
    watcher: {
      watch: (cell) => (cell.folder === wanted.folder ? { stepped: () => resolve() } : {}),
    },
  }
}
const at = (cells: readonly Cell[], index: number): Cell => {
  const cell = cells[index]
  if (!cell) throw new Error(`no cell ${index}`)
  return cell
}

describe('the plan of a grid', () => {
  test('has a cell for each row, fold and seed, in folders that say which', () => {
    const plan = { folder: 'grid', rows: [{ id: 'a', config: small() }], seeds: [3, 4] }
    expect(planCells(plan).map(({ folder: path }) => path)).toEqual([
      join('grid', 'a', 'seed-3'),
      join('grid', 'a', 'seed-4'),
    ])
    const folds = [0, 1].map((fold) => (config: ReturnType<typeof small>) => ({
      ...config,
      data: { ...config.data, path: `fold-${fold}.pkl` },
    }))
    const cells = planCells({ ...plan, folds })
    expect(cells.map(({ folder: path, config }) => [path, config.seed, config.data.path])).toEqual([
      [join('grid', 'a', 'fold0-seed3'), 3, 'fold-0.pkl'],
      [join('grid', 'a', 'fold0-seed4'), 4, 'fold-0.pkl'],
      [join('grid', 'a', 'fold1-seed3'), 3, 'fold-1.pkl'],
      [join('grid', 'a', 'fold1-seed4'), 4, 'fold-1.pkl'],
    ])
  })

  test('has no two rows of one name, and no name that is no folder', () => {
    const rows = (...ids: string[]) => ids.map((id) => ({ id, config: small() }))
    const plan = { folder: 'grid', seeds: [0] }
    expect(() => planCells({ ...plan, rows: rows('a', 'a') })).toThrow('row "a"')
    expect(() => planCells({ ...plan, rows: rows('../a') })).toThrow(
      'cannot be used as a folder name',
    )
  })
})

describe('a grid', () => {
  test('runs every cell once, in parallel, each with its share of the cores', async () => {
    // Long enough for the second worker to begin before the first is done, on a busy machine too.
    const lasting = { epochs: 300, patience: 300 }
    const cells = cellsOf('whole', { one: small(lasting), two: small(lasting, { hidden: 5 }) })
    const running = new Set<Cell>()
    let most = 0
    const outcomes = await runGrid({
      cells,
      workers: 2,
      watcher: {
        watch: (cell) => ({
          started: () => {
            running.add(cell)
            most = Math.max(most, running.size)
          },
        }),
        ended: ({ cell }) => running.delete(cell),
      },
    })
    expect(states(outcomes)).toEqual(Array(4).fill('complete'))
    expect(outcomes.map(({ cell }) => cell)).toEqual(cells)
    expect(most).toBe(2)
    const threads = cells.map(({ folder: path }) => new RunFolder(path).readConfig().threads)
    expect(threads).toEqual(Array(4).fill(Math.max(1, Math.floor(availableParallelism() / 2))))
    expect(locksBelow('whole')).toEqual([])

    const file = (cell: Cell) => statSync(join(cell.folder, 'weights.safetensors')).mtimeMs
    const before = cells.map(file)
    // With another number of workers, too.
    const again = await runGrid({ cells, workers: 1 })
    expect(again).toEqual(
      outcomes.map((outcome) => (outcome.state === 'complete' ? { ...outcome, before: true } : {})),
    )
    expect(cells.map(file)).toEqual(before)
  })

  test('that is stopped keeps what is complete, and goes on with the rest', async () => {
    const cells = cellsOf('stopped', { quick: small(), slow: long() }, [0])
    const control = new AbortController()
    const { watcher, seen } = progressOf(at(cells, 1))
    const grid = runGrid({ cells, workers: 1, signal: control.signal, watcher })
    await seen
    control.abort()
    expect(states(await grid)).toEqual(['complete', 'stopped'])
    expect(locksBelow('stopped')).toEqual([])
    const done = new RunFolder(at(cells, 1).folder).readEpochs().length

    const second = new AbortController()
    const resumed: number[] = []
    const outcomes = await runGrid({
      cells,
      signal: second.signal,
      watcher: {
        watch: () => ({
          started: ({ resumedFrom }) => {
            resumed.push(resumedFrom)
            second.abort()
          },
        }),
      },
    })
    expect(resumed).toEqual([done])
    expect(states(outcomes)).toEqual(['complete', 'stopped'])
    expect(states(await runGrid({ cells, signal: AbortSignal.abort() }))).toEqual([
      'complete',
      'stopped',
    ])
  })

  test('whose worker is killed reports the cell, does the others, and can be gone on with', async () => {
    const cells = cellsOf('killed', { victim: long(), quick: small() }, [0])
    const { watcher, seen } = progressOf(at(cells, 0))
    const grid = runGrid({ cells, workers: 2, watcher })
    await seen
    process.kill(pidOf(at(cells, 0)), 'SIGKILL')
    const [victim, quick] = await grid
    expect(victim).toMatchObject({
      state: 'failed',
      mistake: false,
      message: expect.stringContaining('was killed by SIGKILL'),
    })
    expect(quick?.state).toBe('complete')
    // The dead worker's lock is still there, and is taken over.
    expect(locksBelow('killed')).toEqual([join('victim', 'seed-0.lock')])
    const control = new AbortController()
    const again = progressOf(at(cells, 0))
    const second = runGrid({ cells, signal: control.signal, watcher: again.watcher })
    await again.seen
    control.abort()
    expect(states(await second)).toEqual(['stopped', 'complete'])
    expect(locksBelow('killed')).toEqual([])
  })

  test('reports a cell that fails, and does the others', async () => {
    const wrong = small({}, { hidden: 5 })
    const cells = cellsOf('failing', {
      wrong: { ...wrong, data: { ...wrong.data, path: join(folder, 'nowhere.pkl') } },
      taken: small(),
      right: small(),
    })
    mkdirSync(at(cells, 2).folder, { recursive: true })
    writeFileSync(join(at(cells, 2).folder, 'poem.txt'), 'of value')
    const outcomes = await runGrid({ cells, workers: 2 })
    expect(states(outcomes)).toEqual([
      ...['failed', 'failed'],
      ...['failed', 'complete'],
      ...['complete', 'complete'],
    ])
    expect(outcomes[0]).toMatchObject({
      mistake: true,
      message: expect.stringMatching(/nowhere\.pkl: no such file/),
    })
    expect(outcomes[2]).toMatchObject({ message: expect.stringContaining('poem.txt') })
    expect(locksBelow('failing')).toEqual([])
  })

  test('that two processes run at once is computed once', async () => {
    const cells = cellsOf('shared', { row: small({ epochs: 3 }) }, [0, 1, 2])
    const begun: string[] = []
    const watcher: GridWatcher = {
      watch: ({ folder: path }) => ({ started: () => begun.push(path) }),
    }
    const both = await Promise.all([
      runGrid({ cells, workers: 1, watcher }),
      runGrid({ cells, workers: 1, watcher }),
    ])
    for (const outcomes of both) expect(states(outcomes)).toEqual(Array(3).fill('complete'))
    expect(begun.sort()).toEqual(cells.map(({ folder: path }) => path))
    const [one, other] = both.map((outcomes) =>
      outcomes.map((outcome) => (outcome.state === 'complete' ? outcome.results : undefined)),
    )
    expect(one).toEqual(other)
  })

  test('waits for a cell that somebody else computes, and says so', async () => {
    const cells = cellsOf('waiting', { row: small() }, [0])
    const lock = acquireLock(lockPath(at(cells, 0).folder))
    if (!lock.acquired) throw new Error('the lock was to be free')
    const waitedFor: number[] = []
    const outcomes = await runGrid({
      cells,
      watcher: {
        waiting: (_, { pid }) => {
          waitedFor.push(pid)
          lock.release()
        },
      },
    })
    expect(waitedFor).toEqual([process.pid])
    expect(states(outcomes)).toEqual(['complete'])
  })
})
