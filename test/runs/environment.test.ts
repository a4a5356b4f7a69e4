import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { machinesOf } from '../../src/runs/files/environment.js'
import { temporaryFolder } from '../support/folders.js'
import { smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const { complete, open, stopped } = smallRuns(folder)
const processor = (cpus()[0]?.model ?? 'unknown').trim()

test('a run says on which processor and with how many threads it was made', async () => {
  await complete('here')
  expect(machinesOf(open('here'))).toEqual([`${processor}, 1 thread`])
})

test('a run that went on elsewhere says so, once', async () => {
  await stopped('moved', 1)
  const file = join(folder, 'moved', 'environment.json')
  const before = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...before, processor: 'Abacus', threads: 2 }))
  await complete('moved')
  expect(machinesOf(open('moved'))).toEqual(['Abacus, 2 threads', `${processor}, 1 thread`])
})

test('a run without a readable environment says nothing', async () => {
  await complete('silent')
  writeFileSync(join(folder, 'silent', 'environment.json'), 'no JSON')
  expect(machinesOf(open('silent'))).toEqual([])
})
