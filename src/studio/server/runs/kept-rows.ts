/** Rows of complete runs, kept from one studio to the next, so that a long list is there at once. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { validate } from '../../../base/schema.js'
import { makeFolder, readJson, writeContentSafely } from '../../../disk/files.js'
import { version } from '../../../disk/package.js'
import { type RunRow, runRow } from '../../protocol.js'

/** A row, and what the folder of its run looked like when it was read. */
export interface KeptRow {
  readonly signature: number
  readonly row: RunRow
}

const keptSchema = z.strictObject({
  /** Rows of another version may mean something else. */
  limbic: z.literal(version),
  folder: z.string(),
  rows: z.array(z.tuple([z.string(), z.number(), runRow])),
})

/** Where this user's programs keep what they can make again. */
export function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const usual =
    process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
  return join(XDG_CACHE_HOME || LOCALAPPDATA || usual, 'limbic', 'studio')
}

/** Keeps the rows of a folder's runs in a file of a cache. */
export class KeptRows {
  readonly #folder: string
  readonly #cache: string

  /** @param folder of the runs */
  constructor(cache: string, folder: string) {
    this.#cache = cache
    this.#folder = resolve(folder)
  }

  /** What was kept, by the path of the run; nothing where there is no file or it is damaged. */
  read(): Map<string, KeptRow> {
    try {
      const kept = validate(keptSchema, readJson(this.#file), this.#file)
      if (kept.folder !== this.#folder) return new Map()
      return new Map(kept.rows.map(([path, signature, row]) => [path, { signature, row }]))
    } catch (error) {
      if (error instanceof LimbicError) return new Map()
      throw error
    }
  }

  write(rows: Iterable<readonly [path: string, kept: KeptRow]>): void {
    const kept: z.infer<typeof keptSchema> = {
      limbic: version,
      folder: this.#folder,
      rows: Array.from(rows, ([path, { signature, row }]) => [path, signature, row]),
    }
    try {
      makeFolder(this.#cache)
      writeContentSafely(this.#file, JSON.stringify(kept))
    } catch (error) {
      // Without room for it, the next studio reads the runs again.
      if (!(error instanceof LimbicError)) throw error
    }
  }

  get #file(): string {
    const name = createHash('sha256').update(this.#folder).digest('hex').slice(0, 24)
    return join(this.#cache, `${name}.json`)
  }
}
