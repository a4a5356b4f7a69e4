/**
 * A run in a store: one object `RUN/run.tar` with its files, written in one step once it is complete,
 * and while it is trained `RUN/progress.tar`, from which another machine resumes it.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { digestFile } from '../../disk/digest.js'
import { isOfLock } from '../../disk/lock/index.js'
import { readTar, writeTar } from '../../formats/tar/tar.js'
import { type ObjectAddress, writeObjectAddress } from '../../remote/address.js'
import type { NotedObject, Remote } from '../../remote/store.js'
import { RunFolder } from '../folder.js'
import { identityOf } from '../same-run.js'

const runName = 'run.tar'
const progressName = 'progress.tar'

export interface PublishedRun extends NotedObject {
  /** See `identityOf`. */
  readonly identity: string
}

const inside = ({ bucket, key }: ObjectAddress, name: string): ObjectAddress => ({
  bucket,
  key: key === '' ? name : `${key}/${name}`,
})

/** The place of the run that an object is, if it is one. */
export function runOfObject({ bucket, key }: ObjectAddress): ObjectAddress | undefined {
  return key.endsWith(`/${runName}`)
    ? { bucket, key: key.slice(0, -runName.length - 1) }
    : undefined
}

/** Whether an object is what a run in progress keeps. */
export const isProgress = ({ key }: ObjectAddress): boolean => key.endsWith(`/${progressName}`)

/** The complete run at an address; undefined if there is none. */
export async function lookAtRun(
  remote: Remote,
  address: ObjectAddress,
): Promise<PublishedRun | undefined> {
  const found = await remote.look(inside(address, runName))
  return found && { ...found, identity: found.notes.identity ?? '' }
}

/**
 * Publishes a complete run by one conditional write: it replaces nothing but the run that this one
 * was resumed from. If the same run has been published meanwhile, that one stays.
 *
 * @param before the published run that this one continues, if any
 * @returns the published run
 * @throws LimbicError if its weights do not match its results, or another run is there
 */
export async function publishRun(
  remote: Remote,
  folder: string,
  address: ObjectAddress,
  before?: PublishedRun,
): Promise<PublishedRun> {
  const run = new RunFolder(folder)
  run.checkWeights()
  const identity = identityOf(run.readConfig())
  await requireConditions(remote, address)
  const condition = before ? { etag: before.etag } : { absent: true as const }
  await sendFolder(remote, folder, inside(address, runName), { condition, notes: { identity } })
  // An answer may be lost after the write took effect; what is there decides.
  const kept = await lookAtRun(remote, address)
  if (kept?.identity === identity) {
    await remote.remove(inside(address, progressName))
    return kept
  }
  throw new LimbicError('the store has another run here', {
    where: writeObjectAddress(address),
    hint: 'Choose another place, or delete that one',
  })
}

/** Keeps the state of a run in progress. Any state of a run leads to the same result. */
export async function saveProgress(
  remote: Remote,
  folder: string,
  address: ObjectAddress,
): Promise<void> {
  await sendFolder(remote, folder, inside(address, progressName), {})
}

/**
 * Unpacks a complete run into a folder that does not exist.
 *
 * @throws LimbicError if it is damaged
 */
export async function fetchRun(
  remote: Remote,
  address: ObjectAddress,
  found: PublishedRun,
  folder: string,
): Promise<void> {
  await fetchFolder(remote, inside(address, runName), found, folder)
  new RunFolder(folder).checkWeights()
}

/** Unpacks the state of a run in progress; false if there is none. */
export async function fetchProgress(
  remote: Remote,
  address: ObjectAddress,
  folder: string,
): Promise<boolean> {
  const place = inside(address, progressName)
  const found = await remote.look(place)
  if (!found) return false
  await fetchFolder(remote, place, found, folder)
  return true
}

/** The files of a run as relative paths with slashes. */
export function filesOfRun(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => {
      const name = basename(path)
      return !name.startsWith('.') && !name.endsWith('.partial') && !isOfLock(name)
    })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

const besides = (folder: string) =>
  join(dirname(folder), `.${basename(folder)}.${randomBytes(4).toString('hex')}.tar.partial`)

async function sendFolder(
  remote: Remote,
  folder: string,
  to: ObjectAddress,
  { notes, ...options }: NonNullable<Parameters<Remote['put']>[2]>,
): Promise<void> {
  const archive = besides(folder)
  try {
    writeTar(archive, folder, filesOfRun(folder))
    await remote.put(to, archive, {
      ...options,
      notes: { ...notes, content: digestFile(archive) },
    })
  } finally {
    rmSync(archive, { force: true })
  }
}

async function fetchFolder(
  remote: Remote,
  from: ObjectAddress,
  found: NotedObject,
  folder: string,
): Promise<void> {
  const archive = besides(folder)
  const part = `${archive}.files`
  try {
    await remote.fetch(from, found, archive)
    const got = digestFile(archive)
    if (got !== found.notes.content) {
      throw new LimbicError('the run in the store is damaged', {
        where: writeObjectAddress(from),
        ...(found.notes.content !== undefined && { expected: found.notes.content }),
        got,
      })
    }
    readTar(archive, part)
    replaceFolder(part, folder)
  } finally {
    rmSync(archive, { force: true })
    rmSync(part, { recursive: true, force: true })
  }
}

/** Puts a folder in the place of another, if there is one. */
function replaceFolder(from: string, to: string): void {
  const old = `${from}.old`
  if (existsSync(to)) renameSync(to, old)
  renameSync(from, to)
  rmSync(old, { recursive: true, force: true })
}

let checked = false

/**
 * Checks once per process that the store obeys conditions, without which a worker that lost its
 * lease could overwrite a run.
 *
 * @throws LimbicError if it does not
 */
async function requireConditions(remote: Remote, address: ObjectAddress): Promise<void> {
  if (checked) return
  const probe = inside(address, `.probe-${randomBytes(8).toString('hex')}`)
  const bytes = new TextEncoder().encode('Does this store obey If-None-Match?\n')
  const condition = { absent: true as const }
  await remote.put(probe, bytes, { condition })
  const overwritten = await remote.put(probe, bytes, { condition })
  await remote.remove(probe)
  if (overwritten) {
    throw new LimbicError('the store ignores conditions on writes, so it could overwrite runs', {
      where: remote.settings.endpoint,
      hint: 'Use a store that obeys If-None-Match and If-Match, as Amazon S3 and MinIO do',
    })
  }
  checked = true
}
