/** Where what Limbic remembers for its user lies: apart from anything that is handed on. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The user's folder for it: `limbic` in `$XDG_STATE_HOME`, or else in `~/.local/state` (on Windows in
 * `%LOCALAPPDATA%`). Undefined for a user without a home.
 */
export function stateFolder(): string | undefined {
  const { XDG_STATE_HOME: given, LOCALAPPDATA: local } = process.env
  if (given) return join(given, 'limbic')
  if (process.platform === 'win32' && local) return join(local, 'limbic')
  try {
    return join(homedir(), '.local', 'state', 'limbic')
  } catch {
    return undefined
  }
}
