/**
 * The copies of data on this machine, by the digest of their content, within a limit:
 *
 *     CACHE/data/<digest>/<name>      the file or folder; the folder's time is when it was last opened
 *     CACHE/uses/<process>/<digest>   empty: the process, which holds a lock beside, uses the copy
 */
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeFolder } from '../disk/files.js'
import { limit } from '../disk/limits.js'
import { acquireLock, findHolder, type HeldLock, lockPath } from '../disk/lock/index.js'
import { cacheFolder } from '../disk/state.js'

export const copiesFolder = () => join(cacheFolder(), 'data')
const usesFolder = () => join(cacheFolder(), 'uses')
const bare = (digest: string) => digest.replace('sha256:', '')

/** Where the copy of some content is, or would be. */
export const copyOf = (digest: string, name: string) => join(copiesFolder(), bare(digest), name)

/** Takes the lock beside a path, waiting for other processes. */
export async function lockBeside(path: string): Promise<HeldLock> {
  for (;;) {
    const lock = acquireLock(lockPath(path))
    if (lock.acquired) return lock
    await delay(50)
  }
}

/** One process at a time says what it uses, or removes what none does. */
const lockUses = () => lockBeside(join(usesFolder(), 'all'))

/** What this process uses, by cache. */
const own = new Map<string, string>()

/** Keeps a copy, there or to come, from being removed as long as this process runs. */
export async function useCopy(digest: string): Promise<void> {
  const lock = await lockUses()
  try {
    const place = own.get(usesFolder()) ?? join(usesFolder(), randomBytes(8).toString('hex'))
    if (!own.has(usesFolder())) {
      makeFolder(place)
      // Held until the process ends; what a dead one used, it uses no more.
      const held = acquireLock(lockPath(place))
      own.set(usesFolder(), place)
      process.once('exit', () => {
        rmSync(place, { recursive: true, force: true })
        if (held.acquired) held.release()
      })
    }
    writeFileSync(join(place, bare(digest)), '')
    const folder = join(copiesFolder(), bare(digest))
    const now = new Date()
    if (existsSync(folder)) utimesSync(folder, now, now)
  } finally {
    lock.release()
  }
}

/** Milliseconds between two looks at the size of all copies, of which there may be thousands. */
const lookEvery = 60_000
let looked = Number.NEGATIVE_INFINITY

/**
 * Removes the copies that were opened longest ago until all together take no more than
 * `LIMBIC_LIMIT_CACHE`, except those that a running process uses.
 */
export async function shrinkCopies(): Promise<void> {
  const most = limit('cache')
  if (performance.now() - looked < lookEvery) return
  looked = performance.now()
  const copies = readdirSync(copiesFolder())
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => measured(join(copiesFolder(), name), name))
    .sort((one, other) => one.opened - other.opened)
  let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0)
  for (const copy of copies) {
    if (bytes <= most) return
    if (await isRemoved(copy)) bytes -= copy.bytes
  }
}

interface Copy {
  readonly name: string
  readonly path: string
  readonly opened: number
  readonly bytes: number
}

function measured(path: string, name: string): Copy[] {
  try {
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    const bytes = files
      .map((file) => statSync(join(path, file)))
      .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0)
    return [{ name, path, bytes, opened: statSync(path).mtimeMs }]
  } catch {
    // Another process has removed it meanwhile.
    return []
  }
}

/** Removes a copy; false if a process uses it. */
async function isRemoved({ name, path }: Copy): Promise<boolean> {
  const gone = join(copiesFolder(), `.${randomBytes(6).toString('hex')}.partial`)
  const lock = await lockUses()
  try {
    if (isUsed(name)) return false
    if (existsSync(path)) renameSync(path, gone)
  } finally {
    lock.release()
  }
  rmSync(gone, { recursive: true, force: true })
  return true
}

/** Whether a running process uses a copy; forgets those that have ended. */
function isUsed(name: string): boolean {
  const users = readdirSync(usesFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(usesFolder(), entry.name))
  let used = false
  for (const place of users) {
    if (!findHolder(lockPath(place))) rmSync(place, { recursive: true, force: true })
    else used ||= existsSync(join(place, name))
  }
  return used
}
