/** The examples of pages: copied, typed, bundled by Vite as a user would, and served. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { expect } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/**
 * Copies an example to a folder where it finds Limbic, and builds it.
 *
 * @param example the name of its folder in `examples/`
 * @param fill puts files into the folder that is served
 */
export async function buildExample(
  example: string,
  site: string,
  fill: (publicFolder: string) => void,
): Promise<void> {
  cpSync(join(root, 'examples', example), site, { recursive: true })
  mkdirSync(join(site, 'node_modules'))
  symlinkSync(root, join(site, 'node_modules/limbic'), 'junction')
  for (const name of ['onnxruntime-web', 'vite']) {
    symlinkSync(join(root, 'node_modules', name), join(site, 'node_modules', name), 'junction')
  }
  mkdirSync(join(site, 'public'))
  fill(join(site, 'public'))
  await build({ root: site, logLevel: 'error' })
}

/** Expects the compiler to find no mistake in an example. */
export function expectTyped(site: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, '-p', site, '--skipLibCheck', 'false'],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe('')
  expect(status).toBe(0)
}
