import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for the files of one test file, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'limbic-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Names places in such a folder; without a name, the folder itself. */
export function temporaryPaths(): (...parts: string[]) => string {
  const folder = temporaryFolder()
  return (...parts) => join(folder, ...parts)
}

/** The folder of reference data, which is not part of the repository. */
export const sharedFolder = resolve(
  process.env.LIMBIC_SHARED ?? join(import.meta.dirname, '../../../shared'),
)

/** A path within the reference data, or undefined where it is absent. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(sharedFolder, ...parts)
  return existsSync(path) ? path : undefined
}
