/** Where what Limbic remembers for its user lies: apart from anything that is handed on. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The user's folder for it: `limbic` in `$XDG_STATE_HOME`, or else in `~/.local/state` (on Windows in
 * `%LOCALAPPDATA%`). Undefined for a user without a home.
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

/** A relative path would be found in whatever folder someone works in, such as a downloaded one. */
function isPlace(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path)
}
