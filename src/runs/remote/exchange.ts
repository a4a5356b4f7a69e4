/** Brings runs and files of a store to its mirror, and back. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { manifestName } from '../../data/corpora/store/index.js'
import { isInside } from '../../disk/files.js'
import { isOfLock } from '../../disk/lock/index.js'
import { type ObjectAddress, readObjectAddress } from '../../remote/address.js'
import { addressOf, mirrorOf, readEtag, removeGone, writeEtag } from '../../remote/mirror.js'
import { type ListedObject, type Remote, usualPiece } from '../../remote/store.js'
import { RunFolder } from '../folder.js'
import { findRunFolders } from '../list.js'
import { identityOf } from '../same-run.js'
import { fetchRun, isProgress, lookAtRun, publishRun, runOfObject } from './published.js'

/**
 * Brings everything at an address to the mirror: complete runs as folders, all else as files. What
 * has not changed since it was last brought stays as it is there.
 *
 * @returns the place in the mirror, and whether the store has anything at the address
 */
export async function pull(
  remote: Remote,
  address: ObjectAddress,
): Promise<{ readonly path: string; readonly found: boolean }> {
  const path = mirrorOf(address)
  const own = address.key === '' ? undefined : await remote.look(address)
  const objects = own
    ? [{ address, etag: own.etag, length: own.length }]
    : (await remote.list(address)).filter((object) => !isProgress(object.address))
  for (const object of objects) await pullObject(remote, object)
  const placeOf = ({ address: at }: ListedObject) => mirrorOf(runOfObject(at) ?? at)
  removeGone(path, new Set(objects.map(placeOf)))
  return { path, found: objects.length > 0 }
}

async function pullObject(remote: Remote, object: ListedObject): Promise<void> {
  const { bucket, key } = object.address
  // The names of objects become paths: nothing is written outside.
  readObjectAddress(`s3://${bucket}/${key}`)
  const run = runOfObject(object.address)
  if (run) return void (await pullRun(remote, run, object.etag))
  const path = mirrorOf(object.address)
  if (readEtag(path) === object.etag) return
  await remote.fetch(object.address, object, path)
  writeEtag(path, object.etag)
}

/**
 * Brings a complete run to the mirror, unless it is there.
 *
 * @param etag its version, if known
 * @returns false if the store has no complete run at the address
 */
export async function pullRun(
  remote: Remote,
  address: ObjectAddress,
  etag?: string,
): Promise<boolean> {
  const path = mirrorOf(address)
  if (etag !== undefined && readEtag(path) === etag) return true
  const found = await lookAtRun(remote, address)
  if (!found) return false
  if (readEtag(path) === found.etag) return true
  await fetchRun(remote, address, found, path)
  writeEtag(path, found.etag)
  return true
}

/**
 * Publishes a complete run of the mirror, unless the store has it.
 *
 * @throws LimbicError if the store has another run there
 */
export async function pushRun(remote: Remote, path: string): Promise<void> {
  const address = addressOf(path)
  if (!address) return
  const found = await lookAtRun(remote, address)
  const config = new RunFolder(path).readConfig()
  if (found?.identity === identityOf(config)) return writeEtag(path, found.etag)
  // Only what this one was resumed from is replaced.
  const before = found && found.etag === readEtag(path) ? found : undefined
  writeEtag(path, (await publishRun(remote, path, address, before)).etag)
}

/**
 * Brings a file of the mirror to the store, or what is below a folder: complete runs, and files that
 * differ.
 */
export async function push(remote: Remote, folder: string): Promise<void> {
  if (statSync(folder).isFile()) return pushFile(remote, folder)
  const runs = findRunFolders(folder)
  for (const run of runs) if (run.complete) await pushRun(remote, run.path)
  const files = looseFiles(folder, runs)
  // Of a data set, the file that names the others goes last.
  const isManifest = (path: string) => path === join(folder, manifestName)
  for (const path of files) if (!isManifest(path)) await pushFile(remote, path)
  if (!files.some(isManifest)) return
  await pushFile(remote, join(folder, manifestName))
  const address = addressOf(folder)
  const listed = address ? await remote.list(address) : []
  for (const { address: old } of listed) {
    if (!files.includes(mirrorOf(old))) await remote.remove(old)
  }
}

/** The files below a folder that belong to no run and are not Limbic's own notes. */
function looseFiles(folder: string, runs: readonly RunFolder[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.split(sep).some((part) => part.startsWith('.')))
    .filter((name) => !isOfLock(basename(name)))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !runs.some((run) => isInside(run.path, path)))
}

async function pushFile(remote: Remote, path: string): Promise<void> {
  const address = addressOf(path)
  if (!address) return
  const found = await remote.look(address)
  // The store's version of what is sent in one piece is its MD5; what is larger is sent again.
  const small = statSync(path).size < usualPiece
  if (found && small && found.etag === `"${md5Of(path)}"`) return writeEtag(path, found.etag)
  await remote.put(address, path)
  const kept = await remote.look(address)
  if (kept) writeEtag(path, kept.etag)
}

function md5Of(path: string): string {
  return createHash('md5').update(readFileSync(path)).digest('hex')
}
