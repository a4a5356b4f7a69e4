/** Resolves paths from requests; none can leave its folder. */
import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LimbicError } from '../../../base/errors.js'

/** Thrown if something does not exist or must not be seen; its message, if any, is for the reader. */
export class NotFound extends Error {
  override readonly name = 'NotFound'
}

/**
 * The path of an existing file or folder by its name in a folder, with links resolved.
 *
 * @param name with slashes, as in requests
 * @throws NotFound if it does not exist, or is outside the folder
 */
export function existingIn(folder: string, name: string): string {
  const path = pathIn(folder, name)
  const real = path === undefined ? undefined : realOf(path)
  if (path === undefined || real === undefined || !isWithin(realpathSync(folder), real)) {
    throw new NotFound('nothing of that name is here any more')
  }
  return path
}

/**
 * The path of a file or folder to create in a folder.
 *
 * @throws LimbicError if it would be outside the folder, or the name is invalid
 */
export function newIn(folder: string, name: string): string {
  const path = pathIn(folder, name)
  if (path !== undefined && path !== resolve(folder) && leadsNowhereElse(folder, path)) return path
  throw new LimbicError('is not a path inside the folder of the studio', {
    where: name,
    expected: 'a name such as first, or parts divided by slashes',
  })
}

/** The name of a path in a folder, with slashes. */
export function nameIn(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** Undefined if the name leaves the folder, is absolute, or contains invalid characters. */
function pathIn(folder: string, name: string): string | undefined {
  const parts = name === '.' || name === '' ? [] : name.split('/')
  const isOdd = parts.some(
    (part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part),
  )
  if (isOdd || isAbsolute(name)) return undefined
  return resolve(join(folder, ...parts))
}

/** Whether the existing part of a path, with links resolved, is inside the folder. */
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

/** A path with its links resolved; undefined if nothing is there. */
export function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** Whether a path is a folder or below it, as far as their names say. */
export function isWithin(folder: string, path: string): boolean {
  const between = relative(folder, path)
  return between === '' || (!between.startsWith('..') && !isAbsolute(between))
}
