/**
 * Copies of corpora that lie in a store, kept on this machine by the digest of their content
 * (`copies.ts`), and what a store had at an address:
 *
 *     CACHE/known/<key>.json          its digest
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { digestPath } from '../disk/digest.js'
import { explainFileError, makeFolder, readJson, writeContentSafely } from '../disk/files.js'
import { cacheFolder } from '../disk/state.js'
import { isRemote, type ObjectAddress, readObjectAddress } from './address.js'
import { copiesFolder, copyOf, lockBeside, shrinkCopies, useCopy } from './copies.js'
import { type ListedObject, openRemote, type Remote } from './store.js'

/** The copy of what an address named when this process first asked. */
const brought = new Map<string, Promise<string>>()

/**
 * The path on this machine of data at a path or address: what lies in a store is copied first,
 * unless the same content has been copied before. A copy is checked once per process.
 *
 * @param expected the digest that it must have (`digestPath`)
 * @throws LimbicError if there is nothing at the address, or its content has another digest
 */
export function bringData(place: string, expected?: string): Promise<string> {
  if (!isRemote(place)) return Promise.resolve(place)
  const key = `${place} ${expected ?? ''}`
  const before = brought.get(key)
  if (before) return before
  const now = bring(readObjectAddress(place), place, expected)
  brought.set(key, now)
  // Whoever opens it next reads what has been checked, whatever the store has by then.
  brought.set(`${place} `, now)
  now.catch(() => {
    for (const [name, copy] of brought) if (copy === now) brought.delete(name)
  })
  return now
}

async function bring(
  address: ObjectAddress,
  place: string,
  expected: string | undefined,
): Promise<string> {
  const name = basename(address.key) || address.bucket
  if (expected !== undefined) {
    await useCopy(expected)
    const path = copyOf(expected, name)
    if (isSound(path, expected)) return path
  }
  const remote = await openRemote()
  const objects = await objectsAt(remote, address, place)
  const words = JSON.stringify([remote.settings.endpoint, place, objects.map(essence)])
  const known = join(cacheFolder(), 'known', `${hashOf(words)}.json`)
  // One process copies, the others wait for it.
  const lock = await lockBeside(known)
  try {
    const digest = expected ?? readKnown(known)
    if (digest !== undefined) {
      await useCopy(digest)
      const path = copyOf(digest, name)
      if (isSound(path, digest)) return path
    }
    const path = await copy(remote, address, objects, name, { place, expected })
    writeContentSafely(known, `${JSON.stringify({ digest: digestPath(path) })}\n`)
    await shrinkCopies()
    return path
  } finally {
    lock.release()
  }
}

const essence = ({ address: { key }, etag, length }: ListedObject) => [key, etag, length]
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** The object at an address, or all below it. */
async function objectsAt(
  remote: Remote,
  address: ObjectAddress,
  place: string,
): Promise<readonly ListedObject[]> {
  const own = address.key === '' ? undefined : await remote.look(address)
  if (own) return [{ address, etag: own.etag, length: own.length }]
  const below = await remote.list(address)
  if (below.length > 0) return below
  throw new LimbicError('nothing in the store has this address', {
    where: place,
    hint: 'Check the address, and AWS_ENDPOINT_URL',
  })
}

/** Whether a copy is there and has its digest; a damaged one is removed. */
function isSound(path: string, digest: string): boolean {
  if (!existsSync(path)) return false
  if (digestPath(path) === digest) return true
  rmSync(path, { recursive: true, force: true })
  return false
}

const knownSchema = z.strictObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })

/** Undefined if there is none; a damaged one is of no use. */
function readKnown(path: string): string | undefined {
  try {
    return knownSchema.parse(readJson(path)).digest
  } catch {
    return undefined
  }
}

async function copy(
  remote: Remote,
  { key }: ObjectAddress,
  objects: readonly ListedObject[],
  name: string,
  { place, expected }: { readonly place: string; readonly expected: string | undefined },
): Promise<string> {
  const part = join(copiesFolder(), `.${randomBytes(6).toString('hex')}.partial`)
  const into = join(part, name)
  try {
    for (const object of objects) {
      const inside = object.address.key.slice(key.length)
      // The names of objects become paths: nothing is written outside.
      readObjectAddress(`s3://${object.address.bucket}/${object.address.key}`)
      await remote.fetch(object.address, object, inside === '' ? into : join(into, inside))
    }
    const digest = digestPath(into)
    if (expected !== undefined && digest !== expected) {
      throw new LimbicError('the data in the store differs from what the run was submitted with', {
        where: place,
        ...{ expected, got: digest },
        hint: 'Submit the run again, or restore the data',
      })
    }
    await useCopy(digest)
    const path = copyOf(digest, name)
    makeFolder(join(path, '..'))
    // The same content may have come from another address.
    if (!existsSync(path)) renameSync(into, path)
    return path
  } catch (error) {
    throw explainFileError(error, into)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
