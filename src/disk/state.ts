/** The folders for a user's own state and for copies of what lies elsewhere. */
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The user's state folder: `limbic` in `$XDG_STATE_HOME` or `~/.local/state` (`%LOCALAPPDATA%` on
 * Windows). Undefined for a user without a home.
 */
export function stateFolder(): string | undefined {
  const { XDG_STATE_HOME: given, LOCALAPPDATA: local } = process.env
  if (isPlace(given)) return join(given, 'limbic')
  if (process.platform === 'win32' && isPlace(local)) return join(local, 'limbic')
  try {
    const home = homedir()
    return isPlace(home) ? join(home, '.local', 'state', 'limbic') : undefined
  } catch {
    return undefined
  }
}

/**
 * The folder for copies of what lies in a store, which may be deleted at any time:
 * `$LIMBIC_CACHE`, or `limbic` in `$XDG_CACHE_HOME` or `~/.cache`; for a user without a home, in the
 * folder for temporary files.
 */
export function cacheFolder(): string {
  const { LIMBIC_CACHE: own, XDG_CACHE_HOME: given, LOCALAPPDATA: local } = process.env
  if (isPlace(own)) return own
  if (isPlace(given)) return join(given, 'limbic')
  if (process.platform === 'win32' && isPlace(local)) return join(local, 'limbic', 'cache')
  try {
    const home = homedir()
    if (isPlace(home)) return join(home, '.cache', 'limbic')
  } catch {
    // A user without a home.
  }
  return join(tmpdir(), 'limbic-cache')
}

/** A relative path would resolve inside the current folder, which may come from someone else. */
function isPlace(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path)
}
