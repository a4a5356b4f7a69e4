import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  acquireLock,
  describeHolder,
  findHolder,
  type HeldLock,
  lockPath,
  silenceSeconds,
} from '../../src/disk/lock/index.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
const path = join(folder, 'locks', 'cell.lock')

function taken(): HeldLock {
  const lock = acquireLock(path)
  if (!lock.acquired) throw new Error('the lock was to be free')
  return lock
}

/** Puts another's lock there, with a last sign of life so many seconds ago. */
function foreign(holder: object, age = 0): void {
  mkdirSync(join(folder, 'locks'), { recursive: true })
  writeFileSync(path, JSON.stringify({ pid: 1, began: '', host: 'elsewhere', ...holder }))
  const then = Date.now() / 1000 - age
  utimesSync(path, then, then)
}

describe('a lock', () => {
  test('is held by one at a time, and leaves nothing behind', () => {
    const first = taken()
    expect(acquireLock(path)).toMatchObject({ acquired: false, holder: { pid: process.pid } })
    first.release()
    taken().release()
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(join(folder, 'locks'))).toEqual([])
  })

  test.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1, began: '1' }],
    ['of another process with the same number', { pid: process.pid, began: 'long ago' }],
  ])('%s is taken over', (_, holder) => {
    const lock = taken()
    const mine = JSON.parse(readFileSync(path, 'utf8')) as object
    lock.release()
    foreign({ ...mine, ...holder })
    taken().release()
  })

  test('of a clock that was far ahead is taken over', () => {
    foreign({}, -silenceSeconds - 20)
    taken().release()
  })

  test.each([0, -1])('of no process but a group of them (%s) is taken over', (pid) => {
    const lock = taken()
    const mine = JSON.parse(readFileSync(path, 'utf8')) as object
    lock.release()
    foreign({ ...mine, pid, began: '' })
    expect(findHolder(path)).toBeUndefined()
    taken().release()
  })

  test('that holds nonsense is taken over', () => {
    writeFileSync(path, '{')
    taken().release()
  })

  test.each([
    ['a pipe', () => execFileSync('mkfifo', [path])],
    ['a device without an end', () => symlinkSync('/dev/zero', path)],
    ['a link to nothing', () => symlinkSync(join(folder, 'nowhere'), path)],
    ['a file of no end of text', () => writeFileSync(path, ' '.repeat(2 ** 24))],
  ])('in whose place lies %s is taken over, and nothing waits', (_, put) => {
    put()
    expect(findHolder(path)).toBeUndefined()
    taken().release()
    expect(existsSync(path)).toBe(false)
  })

  test('of another machine is believed while it has a heartbeat', () => {
    foreign({}, silenceSeconds - 20)
    expect(acquireLock(path)).toMatchObject({ acquired: false, holder: { host: 'elsewhere' } })
  })

  test('of another machine is taken over when its heartbeat has ceased', () => {
    foreign({}, silenceSeconds + 20)
    taken().release()
  })

  test('of this machine before it was restarted, or of another container, goes by its heartbeat', () => {
    const lock = taken()
    const mine = JSON.parse(readFileSync(path, 'utf8')) as object
    lock.release()
    foreign({ ...mine, pid: 2 ** 22 + 1, place: 'another start' }, 5)
    expect(acquireLock(path)).toMatchObject({ acquired: false })
    foreign({ ...mine, pid: 2 ** 22 + 1, place: 'another start' }, silenceSeconds + 20)
    taken().release()
  })

  test('that another took over is known as lost, and is left to the other', () => {
    const lock = taken()
    lock.confirm()
    foreign({ host: 'gpu2', pid: 71, token: 'other' })
    expect(() => lock.confirm()).toThrow(
      /another process has taken over the run.*: got process 71 on gpu2/,
    )
    lock.release()
    expect(existsSync(path)).toBe(true)
    foreign({}, silenceSeconds + 20)
    taken().release()
  })

  test('has one place, by whatever name its folder is called', () => {
    mkdirSync(join(folder, 'run'))
    symlinkSync(join(folder, 'run'), join(folder, 'link'))
    expect(lockPath(join(folder, 'link'))).toBe(lockPath(`${join(folder, 'run')}/`))
    expect(lockPath(join(folder, 'link', 'new'))).toBe(lockPath(join(folder, 'run', 'new')))
  })

  test.skipIf(process.getuid?.() === 0)('lies in the folder where nothing may be beside it', () => {
    const parent = join(folder, 'mounted')
    mkdirSync(join(parent, 'run'), { recursive: true })
    chmodSync(parent, 0o500)
    expect(lockPath(join(parent, 'run'))).toBe(join(lockPath(parent).slice(0, -5), 'run', '.lock'))
    chmodSync(parent, 0o700)
  })

  test('says for whom one waits and how to free it', () => {
    const there = { pid: 71, host: 'gpu2', since: '2026-01-01T00:00:00.000Z' }
    expect(describeHolder(there, 'runs/first.lock')).toBe(
      'process 71 on gpu2, since 2026-01-01T00:00:00.000Z; to release the lock, end that process, or delete ' +
        'runs/first.lock if that machine is gone (the lock expires 3 min after its last update)',
    )
  })
})

test('a lock beats while its process does nothing else, and a pipe in the place of another stops it not', async () => {
  const { heartbeat } = await import('../../src/disk/lock/heartbeat.js')
  const own = join(folder, 'beating.lock')
  execFileSync('mkfifo', [`${own}.pipe`])
  writeFileSync(own, 'mine')
  writeFileSync(`${own}.lost`, 'theirs')
  for (const file of [own, `${own}.lost`]) utimesSync(file, 1000, 1000)
  const heart = heartbeat(20)
  heart.start(`${own}.pipe`, 'mine')
  heart.start(own, 'mine')
  heart.start(`${own}.lost`, 'mine')
  // Synchronous on purpose: nothing of this process's own loop runs meanwhile. A busy machine may
  // take long to begin a thread, so that the wait is bounded generously.
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (let waits = 0; statSync(own).mtimeMs === 1_000_000 && waits < 20_000; waits++) {
    Atomics.wait(clock, 0, 0, 10)
  }
  expect(statSync(own).mtimeMs).toBeGreaterThan(1_000_000)
  expect(readFileSync(own, 'utf8')).toBe('mine')
  expect(statSync(`${own}.lost`).mtimeMs).toBe(1_000_000)
  heart.stop(own)
  heart.stop(`${own}.pipe`)
  heart.stop(`${own}.lost`)
})
