/** The runs of the studio's folder, kept up to date while processes write to them. */
import { statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LimbicError } from '../../../base/errors.js'
import type { RunFolder } from '../../../runs/folder.js'
import { findRunFolders, type ListedRun, look, withConfig } from '../../../runs/list.js'
import type { RunRow, StudioEvent } from '../../protocol.js'
import type { KeptRows } from './kept-rows.js'
import { rowOf } from './row.js'

/**
 * Milliseconds between scans of the folder, and the maximum time of a slice of work between
 * requests.
 */
const pause = 1500
const slice = 25

interface Known {
  /** A value that changes whenever a file of the run is written. */
  readonly signature: number
  readonly row: RunRow
  /** Absent for a row that was kept from an earlier studio. */
  readonly run?: ListedRun
}

/**
 * Scans a folder repeatedly. Runs are read in slices, so that the server can answer meanwhile; a
 * run whose folder has not changed is not read again.
 */
export class RunCatalogue {
  readonly #known = new Map<string, Known>()
  readonly #ended = new AbortController()
  #listed = false

  /** Whether complete runs have been read that are not kept yet. */
  #isNew = false

  /**
   * @param send receives the changes
   * @param kept rows from earlier studios
   */
  constructor(
    readonly folder: string,
    private readonly send: (event: StudioEvent) => void,
    private readonly kept?: KeptRows,
  ) {}

  get rows(): RunRow[] {
    return [...this.#known.values()].map(({ row }) => row)
  }

  /** Whether all runs have been listed once. */
  get listed(): boolean {
    return this.#listed
  }

  /** Scans until it is closed. A scan that fails, as where a disk goes away, is told once and tried again. */
  async watch(): Promise<void> {
    let told = ''
    while (!this.#ended.signal.aborted) {
      try {
        await this.refresh()
        told = ''
      } catch (error) {
        if (told !== String(error)) console.error(error)
        told = String(error)
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          this.#ended.signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, pause)
        this.#ended.signal.addEventListener('abort', done)
      })
    }
  }

  close(): void {
    this.#ended.abort()
    this.#keepRows()
  }

  /** Reads new and changed runs, and removes those that are gone. */
  async refresh(): Promise<void> {
    const folders = this.#find()
    if (!this.#listed) this.#recall(folders)
    const here = new Set(folders.map(({ path }) => path))
    const removed = [...this.#known].flatMap(([path, { row }]) =>
      here.has(path) ? [] : [[path, row.path] as const],
    )
    for (const [path] of removed) this.#known.delete(path)
    if (removed.length > 0) {
      this.send({ kind: 'runs', rows: [], removed: removed.map(([, name]) => name) })
    }
    const changed = folders.filter(({ path }) => {
      const known = this.#known.get(path)
      // The lock of a run and the folders of its stages are outside of it.
      const settled = known?.row.state === 'complete' || known?.row.state === 'damaged'
      return !settled || known.signature !== signatureOf(path)
    })
    // Names and metrics come first, for the whole list; settings take longer and follow.
    await this.#inSlices(changed, (folder) => {
      const signature = signatureOf(folder.path)
      const isKnown = this.#known.get(folder.path)?.run?.config !== undefined
      const run = look(folder)
      return this.#keep(folder.path, signature, isKnown ? withConfig(run) : run)
    })
    if (!this.#listed) {
      this.#listed = true
      this.send({ kind: 'listed', total: this.#known.size })
    }
    const bare = [...this.#known].flatMap(([path, { signature, run }]) =>
      run && run.state !== 'damaged' && run.config === undefined ? [{ path, signature, run }] : [],
    )
    await this.#inSlices(bare, ({ path, signature, run }) =>
      this.#keep(path, signature, withConfig(run)),
    )
    if (bare.length > 0) this.#keepRows()
  }

  /** Takes the rows of runs that have not changed since an earlier studio read them. */
  #recall(folders: readonly RunFolder[]): void {
    const kept = this.kept?.read()
    if (!kept) return
    const rows: RunRow[] = []
    for (const { path } of folders) {
      const known = kept.get(path)
      if (known?.row.state !== 'complete' || known.signature !== signatureOf(path)) continue
      this.#known.set(path, known)
      rows.push(known.row)
    }
    if (rows.length > 0) this.send({ kind: 'runs', rows, removed: [] })
  }

  #keepRows(): void {
    if (!this.#isNew || !this.kept) return
    this.#isNew = false
    // A row without its settings would never get them.
    this.kept.write(
      [...this.#known].filter(
        ([, { row }]) => row.state === 'complete' && row.changed !== undefined,
      ),
    )
  }

  #find() {
    // One that is being deleted, or is another's, hides no run beside it.
    return findRunFolders(this.folder, (error) => {
      if (!(error instanceof LimbicError)) throw error
    })
  }

  /** @returns the row if it has changed */
  #keep(path: string, signature: number, run: ListedRun): RunRow | undefined {
    const row = rowOf(this.folder, run)
    const before = this.#known.get(path)?.row
    this.#known.set(path, { signature, run, row })
    if (row.state === 'complete') this.#isNew = true
    return before && JSON.stringify(before) === JSON.stringify(row) ? undefined : row
  }

  async #inSlices<Item>(
    items: readonly Item[],
    work: (item: Item) => RunRow | undefined,
  ): Promise<void> {
    let rows: RunRow[] = []
    const flush = () => {
      if (rows.length > 0) this.send({ kind: 'runs', rows, removed: [] })
      rows = []
    }
    let begun = performance.now()
    for (const item of items) {
      if (this.#ended.signal.aborted) return
      const row = work(item)
      if (row) rows.push(row)
      if (performance.now() - begun < slice) continue
      flush()
      await nextTurn()
      begun = performance.now()
    }
    flush()
  }
}

/** Files are renamed into the folder of a run, which changes its modification time. */
function signatureOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
