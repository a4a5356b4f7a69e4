/** Stores that earlier versions made of the reports' pickles still hold the same numbers; no report is left out. */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../../src/data/dataset.js'
import { openDataset, textFromTranscripts } from '../../../src/data/index.js'
import { plainSplit } from '../../support/datasets.js'

const shared = process.env.LIMBIC_SHARED ?? resolve(import.meta.dirname, '../../../../shared')
const reports = join(shared, 'data/reports')
const here = existsSync(reports)
const inside = (folder: string) => (here ? readdirSync(join(reports, folder)) : [])

async function contentsOf(path: string) {
  const dataset = await openDataset(join(reports, path))
  try {
    return splitNames.map((name) => plainSplit(dataset.splits[name]))
  } finally {
    dataset.close()
  }
}

describe.skipIf(!here)('stores of the reports (needs the reference data)', () => {
  const stores = inside('01-protocols').filter((name) => name.startsWith('st_'))

  it.each(stores)('%s holds what its pickle holds', async (name) => {
    const pickle = `01-protocols/${name.replace('st_', '')}.pkl`
    expect(await contentsOf(`01-protocols/${name}`)).toEqual(await contentsOf(pickle))
  })
})

describe.skipIf(!here)('the reports (needs the reference data)', () => {
  it('are in folders that a table of these tests goes through', () => {
    expect(inside('.').filter((name) => !name.includes('.'))).toEqual([
      ...['01-protocols', '02-dtypes', '03-containers', '04-fet-output', '05-mult-layouts'],
      ...['07-csd-files', '08-glove', '15-predict', '21-broken-downloads', '24-windows-text'],
      ...['27-pandas-multi', '30-attacks'],
    ])
  })

  it('have words whose vectors are found', async () => {
    const dataset = await openDataset(join(reports, '08-glove/d.pkl'))
    const said = await textFromTranscripts(dataset, join(reports, '08-glove/base_g.txt'))
    expect(said.splits.train.features.text?.width).toBe(4)
    expect(said.notes.at(-1)).toMatch(/text is the words|no longer aligned/)
    dataset.close()
  })
})
