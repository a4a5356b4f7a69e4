/** Paths that requests name: none of them leaves the folder that it belongs to. */
import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LimbicError } from '../../../base/errors.js'

/** Raised for what is not there, or not to be seen. */
export class NotFound extends Error {
  override readonly name = 'NotFound'
}

/**
 * The path of something in a folder by its name there, links followed.
 *
 * @param name with slashes, as requests have it
 * @throws NotFound if it is not there, or lies elsewhere
 */
export function existingIn(folder: string, name: string): string {
  const path = pathIn(folder, name)
  if (path === undefined) throw new NotFound()
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    throw new NotFound()
  }
  if (!isWithin(realpathSync(folder), real)) throw new NotFound()
  return path
}

/**
 * The path of something that is to be made in a folder.
 *
 * @throws LimbicError if it would lie elsewhere, or its name is none
 */
export function newIn(folder: string, name: string): string {
  const path = pathIn(folder, name)
  if (path !== undefined && path !== resolve(folder) && leadsNowhereElse(folder, path)) return path
  throw new LimbicError('is no folder in the folder of the studio', {
    where: name,
    expected: 'a name such as first, or parts divided by slashes',
  })
}

/** The name of a path in a folder, with slashes. */
export function nameIn(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** Undefined where the name leaves the folder, is absolute, or has what no name has. */
function pathIn(folder: string, name: string): string | undefined {
  const parts = name === '.' || name === '' ? [] : name.split('/')
  const isOdd = parts.some(
    (part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part),
  )
  if (isOdd || isAbsolute(name)) return undefined
  return resolve(join(folder, ...parts))
}

/** Whether what exists of a path, links followed, lies in the folder. */
function leadsNowhereElse(folder: string, path: string): boolean {
  let known = path
  for (;;) {
    try {
      return isWithin(realpathSync(folder), realpathSync(known))
    } catch {
      const above = resolve(known, '..')
      if (above === known) return false
      if (known === resolve(folder)) return true
      known = above
    }
  }
}

function isWithin(folder: string, path: string): boolean {
  const between = relative(folder, path)
  return between === '' || (!between.startsWith('..') && !isAbsolute(between))
}
