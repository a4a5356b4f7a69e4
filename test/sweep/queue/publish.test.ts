import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireLock, lockPath } from '../../../src/disk/lock/index.js'
import { RunFolder } from '../../../src/runs/folder.js'
import { trainLocked } from '../../../src/runs/run.js'
import { claim, confirmClaim, isPublished, publish } from '../../../src/sweep/travel/publish.js'
import { temporaryFolder } from '../../support/folders.js'
import { smallRunConfig, smallRuns } from '../../support/small-run.js'

const parent = temporaryFolder()
const runs = smallRuns(parent)
const config = smallRunConfig()
const at = (name: string) => join(parent, name)
const pathOf = (folder: string, token: string): string => {
  const claimed = claim(folder, token)
  if ('held' in claimed) throw new Error('the run was to be free')
  return claimed.path
}
const compute = (path: string) =>
  trainLocked(
    { config, dataset: runs.dataset, folder: path },
    { confirm: () => confirmClaim(path) },
  )
const left = () => readdirSync(parent).filter((name) => name.endsWith('.work'))

describe('a leased run', () => {
  test('appears as a whole, and equals one that was trained without a lease', async () => {
    const path = pathOf(at('whole'), 'one')
    await compute(path)
    expect(existsSync(at('whole'))).toBe(false)
    publish(path, at('whole'), config)
    expect(isPublished(at('whole'), config)).toBe(true)
    await runs.complete('usual')
    expect(runs.bytes('whole').equals(runs.bytes('usual'))).toBe(true)
    expect(left()).toEqual([])
  })

  test('goes on where the lease before it was lost, which can write no more', async () => {
    const first = pathOf(at('taken'), 'one')
    await runs.stopped(join('.taken.work', 'one'), 1)
    const second = pathOf(at('taken'), 'two')
    expect(new RunFolder(second).readEpochs()).toHaveLength(1)
    expect(() => confirmClaim(first)).toThrow('another worker has taken over the run')
    expect(() => publish(first, at('taken'), config)).toThrow('another worker has taken over')
    await compute(second)
    publish(second, at('taken'), config)
    expect(runs.bytes('taken').equals(runs.bytes('usual'))).toBe(true)
  })

  test('is not replaced by another that was computed at the same time', async () => {
    const first = pathOf(at('twice'), 'one')
    await compute(first)
    // As if the folder had been claimed on a machine that did not see this one.
    const second = join(parent, '.twice.work', 'two')
    publish(first, at('twice'), config)
    const kept = runs.bytes('twice', 'environment.json')
    mkdirSync(second, { recursive: true })
    await trainLocked({ config, dataset: runs.dataset, folder: second }, { confirm: () => {} })
    publish(second, at('twice'), config)
    expect(runs.bytes('twice', 'environment.json').equals(kept)).toBe(true)
    expect(left()).toEqual([])
  })

  test('whose weights are not those of its results is not kept', async () => {
    const path = pathOf(at('mixed'), 'one')
    await compute(path)
    writeFileSync(join(path, 'weights.safetensors'), 'older ones')
    expect(() => publish(path, at('mixed'), config)).toThrow('differ from those of the recorded')
    expect(existsSync(at('mixed'))).toBe(false)
    expect(existsSync(path)).toBe(false)
  })

  test('takes over what was begun without a queue, but not while it runs', async () => {
    await runs.stopped('begun', 1)
    const lock = acquireLock(lockPath(at('begun')))
    if (!lock.acquired) throw new Error('the lock was to be free')
    expect(claim(at('begun'), 'one')).toMatchObject({ held: { pid: process.pid } })
    lock.release()
    const path = pathOf(at('begun'), 'two')
    expect(new RunFolder(path).readEpochs()).toHaveLength(1)
    await compute(path)
    publish(path, at('begun'), config)
    expect(runs.bytes('begun').equals(runs.bytes('usual'))).toBe(true)
  })
})
