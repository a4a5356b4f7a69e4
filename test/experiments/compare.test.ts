/** Comparing runs in a program. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compare, openData, renderTable, runConfig, train } from '../../src/index.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

async function trainSeeds(name: string, settings: Record<string, unknown>): Promise<void> {
  for (const seed of [0, 1]) {
    const config = runConfig.parse({
      settings: { hidden: 4, feedback: 'none', ...settings },
      data: { path: 'synthetic', synthetic: { train: 24, valid: 12, test: 24 } },
      training: { epochs: 1 },
      ...{ seed, threads: 1 },
    })
    const dataset = await openData(config.data)
    await train({ config, dataset, folder: at(name, `seed-${seed}`) })
    dataset.close()
  }
}

beforeAll(async () => {
  await trainSeeds('words', { modalities: ['text'] })
  await trainSeeds('sound', { modalities: ['audio'] })
})

describe('compare, of the library', () => {
  it('gives the figures of each group, their differences, and the table', async () => {
    const { groups, differences, table } = await compare([at('words'), at('sound')], {
      metric: 'mae',
    })
    expect(groups.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['words', [0, 1]],
      ['sound', [0, 1]],
    ])
    expect(differences).toMatchObject({ metric: 'mae', test: 'paired' })
    expect(differences?.figures.filter(({ reference }) => reference)).toHaveLength(1)
    expect(table.rows.map(([name]) => name)).toEqual(['words', 'sound'])
    expect(renderTable(table, 'csv')).toMatch(/^Run,Parameters,/)
  })

  it('takes runs one by one for the seeds of one group, which has nothing to differ from', async () => {
    const seeds = [at('words', 'seed-0'), at('words', 'seed-1')]
    const { groups, differences, significance } = await compare(seeds, { split: 'valid' })
    expect(groups).toHaveLength(1)
    expect([differences, significance]).toEqual([undefined, undefined])
  })

  it('writes a page alone, or a folder of everything', async () => {
    const comparison = await compare([at('words'), at('sound')])
    expect(await comparison.write(at('page.html'), 'Words or sound?')).toEqual([at('page.html')])
    const files = await comparison.write(at('folder'))
    expect(files.at(-1)).toBe(at('folder', 'report.html'))
    expect(files).toContain(at('folder', 'table.csv'))
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  })

  it('says where the runs were made on different processors', async () => {
    const paths = [at('words'), at('sound')]
    expect((await compare(paths)).remarks).toEqual([])
    const file = at('sound', 'seed-1', 'environment.json')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(before), processor: 'Abacus' }))
    const { remarks, write } = await compare(paths)
    expect(remarks).toEqual([
      expect.stringMatching(/^Runs of different .*\(3 runs\); Abacus, 1 thread \(1 run\)/),
    ])
    await write(at('mixed.html'))
    expect(readFileSync(at('mixed.html'), 'utf8')).toContain('Abacus, 1 thread (1 run)')
    writeFileSync(file, before)
  })

  it('says in the terms of a program what is wrong', async () => {
    await expect(compare([at('words')], { metric: 'maes' })).rejects.toThrow(
      'metric: unknown metric "maes". Did you mean "mae"?',
    )
    await expect(compare([at('nowhere')])).rejects.toThrow('no such folder')
  })
})
