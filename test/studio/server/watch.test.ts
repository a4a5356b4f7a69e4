/** The studio goes on after a look at its runs that failed. */
import { mkdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { StudioEvent } from '../../../src/studio/protocol.js'
import { RunCatalogue } from '../../../src/studio/server/runs/catalogue.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

test('a look at the runs that fails is told once, and tried again', async () => {
  const folder = at('runs')
  mkdirSync(folder)
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  const events: StudioEvent[] = []
  const catalogue = new RunCatalogue(folder, (event) => events.push(event))
  const gone = new Error('the disk is gone')
  vi.spyOn(catalogue, 'refresh').mockRejectedValueOnce(gone).mockRejectedValueOnce(gone)
  const watching = catalogue.watch()
  await vi.waitFor(() => expect(events).toContainEqual({ kind: 'listed', total: 0 }), 15_000)
  catalogue.close()
  await watching
  expect(told.mock.calls).toEqual([[gone]])
})
