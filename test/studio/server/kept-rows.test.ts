/** Rows that are kept from one studio to the next. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunRow, StudioEvent } from '../../../src/studio/protocol.js'
import { RunCatalogue } from '../../../src/studio/server/runs/catalogue.js'
import { KeptRows } from '../../../src/studio/server/runs/kept-rows.js'
import { temporaryPaths } from '../../support/folders.js'
import { smallRuns } from '../../support/small-run.js'

const at = temporaryPaths()
const cache = at('cache')
const folder = at('runs')

/** The rows of a studio that is opened, looks once, and is closed; and what it sent at first. */
async function listed(): Promise<{ rows: RunRow[]; first: StudioEvent | undefined }> {
  const events: StudioEvent[] = []
  const kept = new KeptRows(cache, folder)
  const catalogue = new RunCatalogue(folder, (event) => events.push(event), kept)
  await catalogue.refresh()
  catalogue.close()
  return { rows: catalogue.rows, first: events[0] }
}

test('are the rows that are read, of what has not changed; a damaged file is no mistake', async () => {
  mkdirSync(folder)
  const runs = smallRuns(folder)
  await runs.complete('one')
  await runs.complete('two')
  await runs.stopped('half', 1)
  const { rows } = await listed()
  expect(rows.map(({ path }) => path)).toEqual(['half', 'one', 'two'])
  const [name = ''] = readdirSync(cache)

  const again = await listed()
  // The complete ones come at once, in one event, with their settings.
  expect(again.first).toMatchObject({ kind: 'runs', rows: [{ path: 'one' }, { path: 'two' }] })
  const byPath = (list: readonly RunRow[]) =>
    [...list].sort((one, other) => one.path.localeCompare(other.path))
  expect(byPath(again.rows)).toEqual(byPath(rows))
  expect(again.rows.find(({ path }) => path === 'one')?.changed).toBeDefined()

  // A run that was changed is read again, one that is gone does not come back.
  writeFileSync(join(folder, 'one', 'results.json'), '{')
  utimesSync(join(folder, 'one'), 1, 1)
  rmSync(join(folder, 'two'), { recursive: true })
  const changed = await listed()
  expect(changed.rows.map(({ path, state }) => `${path} ${state}`).sort()).toEqual([
    'half unfinished',
    'one damaged',
  ])

  appendFileSync(join(cache, name), 'x')
  expect((await listed()).rows).toHaveLength(2)
})
