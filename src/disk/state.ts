/** The folder for a user's own state, separate from anything shared. */
import { homedir } from 'node:os'
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

/** A relative path would resolve inside the current folder, which may come from someone else. */
function isPlace(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path)
}
