/** Builds the program once before any test, where its source is newer than what was built. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const built = join(root, 'dist/cli/main.js')

export function setup(): void {
  if (existsSync(built) && newest(join(root, 'src')) < statSync(built).mtimeMs) return
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build', '--silent'], {
    ...{ cwd: root, encoding: 'utf8' },
    shell: process.platform === 'win32',
  })
  // Type errors are for `npm run check`; what was written can be tested nevertheless.
  if (!existsSync(built)) throw new Error(`the build failed with ${status}: ${stdout}${stderr}`)
}

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (most, path) => Math.max(most, statSync(join(folder, path)).mtimeMs),
    0,
  )
}
