/** What is remembered for a user, tests remember in a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'limbic-state-'))
  process.env.XDG_STATE_HOME = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
