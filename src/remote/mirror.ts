/**
 * The mirror of a store on this machine, `CACHE/s3/<host>/<bucket>/<key>`: commands work on its
 * folders as on any others. Beside each file or run that equals the store's, `.NAME.etag` says which
 * version it is.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { isInside, writeContentSafely } from '../disk/files.js'
import { cacheFolder } from '../disk/state.js'
import { type ObjectAddress, writeObjectAddress } from './address.js'
import { settingsOfEnvironment } from './settings.js'

const root = () => join(cacheFolder(), 's3')

/** The folder that mirrors the store that the environment names. @throws LimbicError if it names none */
export function mirrorFolder(): string {
  const { host } = new URL(settingsOfEnvironment().endpoint)
  return join(root(), host.replaceAll(':', '-'))
}

/** The place of an object in the mirror. */
export function mirrorOf({ bucket, key }: ObjectAddress): string {
  return join(mirrorFolder(), bucket, key)
}

/** The address of a place in the mirror; undefined for other places. */
export function addressOf(path: string): ObjectAddress | undefined {
  if (!isInside(root(), path)) return undefined
  const [, bucket, ...parts] = relative(root(), path).split(sep)
  return bucket === undefined ? undefined : { bucket, key: parts.join('/') }
}

/** A path as people know it: its address if it is in the mirror. */
export function shownPath(path: string): string {
  const address = addressOf(path)
  return address ? writeObjectAddress(address) : path
}

const etagPath = (path: string) => join(dirname(path), `.${basename(path)}.etag`)

/** The version of the store that a file or run in the mirror equals, or was when it was fetched. */
export function readEtag(path: string): string | undefined {
  return existsSync(path) && existsSync(etagPath(path))
    ? readFileSync(etagPath(path), 'utf8')
    : undefined
}

export function writeEtag(path: string, etag: string): void {
  writeContentSafely(etagPath(path), etag)
}

/** Removes what is below a folder of the mirror and is no longer in the store. */
export function removeGone(folder: string, there: ReadonlySet<string>): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [, own] = /^\.(.+)\.etag$/.exec(basename(name)) ?? []
    if (own === undefined) continue
    const path = join(folder, dirname(name), own)
    if (there.has(path)) continue
    rmSync(path, { recursive: true, force: true })
    rmSync(join(folder, name), { force: true })
  }
}
