import { expect, test } from 'vitest'
import { jsonLines, limbic } from '../../../support/command-line.js'

test('limbic reproduce --list gives the experiments, and the rows of one', async () => {
  const all = await limbic(['reproduce', '--list'])
  expect(all.stdout).toMatch(/selfcross-table-1 .*IEMOCAP/)
  const rows = await limbic(['reproduce', 'selfcross-table-2', '--list', '--json'])
  const ids = jsonLines(rows.stdout).map(({ id }) => id)
  expect(ids).toEqual(['cross-nosp', 'cross', 'self-nosp', 'self', 'cross-self'])
})
