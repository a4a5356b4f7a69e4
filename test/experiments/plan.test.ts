/** An experiment planned, run and concluded in a program, with no terminal. */
import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { planExperiment } from '../../src/experiments/plan.js'
import { findExperiment } from '../../src/experiments/read.js'
import type { RunResults } from '../../src/learn/records.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const row = (label: string, more: object = {}) => ({ label, model: 'mmlatch', ...more })
const path = at('tiny.yaml')
// JSON is YAML.
writeFileSync(
  path,
  JSON.stringify({
    title: 'Two encoders',
    data: { name: 'A corpus', target: 'sentiment', synthetic: { train: 24, valid: 8, test: 8 } },
    protocol: { seeds: 2 },
    models: { mmlatch: { settings: { hidden: 4, feedback: 'none' } } },
    columns: [{ metric: 'mae', title: 'MAE' }],
    rows: [
      row('Words', { settings: { modalities: ['text'] } }),
      row('Voice', { settings: { modalities: ['audio'] } }),
      row('Unaligned', { needs: { aligned: false } }),
    ],
  }),
)
const experiment = findExperiment(path)
const results = (mae: number): RunResults => ({
  epochs: 1,
  bestEpoch: 1,
  stopped: 'epochs',
  seconds: 1,
  parameters: 10,
  valid: { mae },
  test: { mae },
})

describe('the plan of an experiment', () => {
  it('says what is trained, on which data, and what they cannot fill, and trains nothing', async () => {
    const out = at('plan')
    const plan = await planExperiment(experiment, { data: ['synthetic'], out })
    expect(plan.rows).toBe(2)
    expect(plan.cells.map(({ label }) => label)).toEqual([
      ...['words, seed 0', 'words, seed 1', 'voice, seed 0', 'voice, seed 1'],
    ])
    expect(plan.leftOut).toEqual([{ id: 'unaligned', why: 'needs unaligned data' }])
    expect(plan.data).toMatchObject([
      { synthetic: true, samples: { train: 24, valid: 8, test: 8 }, notes: expect.any(Array) },
    ])
    expect(existsSync(at('plan', 'words'))).toBe(false)
  })

  it('takes rows, seeds and folds as numbers and names', async () => {
    const request = { data: ['synthetic'], rows: ['wor'], seeds: 1, folds: 2, out: at('part') }
    const { cells } = await planExperiment(experiment, request)
    expect(cells.map(({ label }) => label)).toEqual([
      ...['words, fold 0, seed 0', 'words, fold 1, seed 0'],
    ])
  })

  it('makes table and report of what became of its runs, long after its data is closed', async () => {
    const out = at('whole')
    const plan = await planExperiment(experiment, { data: ['synthetic'], out })
    const { table, cells, report, warnings } = await plan.report(
      plan.cells.map((cell, index) => ({
        ...{ state: 'complete', cell, before: false },
        results: results(index),
      })),
    )
    expect(cells.map(({ row, ours, why }) => [row, ours?.mean, why])).toEqual([
      ['Words', 0.5, undefined],
      ['Voice', 2.5, undefined],
      ['Unaligned', undefined, 'needs unaligned data'],
    ])
    expect(table.rows.map(([name]) => name)).toEqual(['Words', 'Voice', 'Unaligned'])
    expect(warnings.join(' ')).toContain('synthetic')
    expect([report, at('whole', 'table.csv')].filter((file) => !existsSync(file))).toEqual([])
  })

  it('says what is asked wrongly in the terms of a program', async () => {
    const plan = (request: object) =>
      planExperiment(experiment, { data: ['synthetic'], ...request })
    await expect(plan({ rows: ['sound'] })).rejects.toThrow('rows: no row name starts with "sound"')
    await expect(plan({ rows: ['unaligned'], out: at('none') })).rejects.toThrow(
      'no row of the experiment can be trained on this data',
    )
    await expect(plan({ data: ['synthetic', 'synthetic'], folds: 3 })).rejects.toThrow(
      'folds: several data sets are already the folds',
    )
  })
})
