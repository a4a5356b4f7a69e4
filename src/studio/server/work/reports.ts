/** Reports written by commands, kept until the studio ends. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import type { ReportRow } from '../../protocol.js'
import { NotFound } from '../http/places.js'
import type { Jobs } from './jobs.js'

/** The number of reports kept; older ones are written again on request. */
const mostKept = 40

export class Reports {
  readonly #folder = mkdtempSync(join(tmpdir(), 'limbic-studio-'))
  readonly #kept: string[] = []

  constructor(private readonly jobs: Jobs) {}

  /**
   * Runs a command that writes a report.
   *
   * @param command with its options, without the output folder
   * @param paths the paths that it reads
   * @param page the file name of the report's page
   * @throws LimbicError with the command's error
   */
  async write(
    title: string,
    command: readonly string[],
    paths: readonly string[],
    page: string,
  ): Promise<ReportRow> {
    const { id, out } = await this.#run(title, command, paths)
    const files = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
      .map((path) => path.split(sep).join('/'))
      .sort()
    const address = (name: string) =>
      `/reports/${id}/${name.split('/').map(encodeURIComponent).join('/')}`
    return {
      page: address(page),
      files: files.map((name) => ({ name, address: address(name) })),
    }
  }

  /**
   * Runs a command that writes one file.
   *
   * @returns the folder of the file
   * @throws LimbicError with the command's error
   */
  async writeFile(
    title: string,
    command: readonly string[],
    paths: readonly string[],
    name: string,
  ): Promise<string> {
    return (await this.#run(title, command, paths, name)).out
  }

  async #run(
    title: string,
    command: readonly string[],
    paths: readonly string[],
    ...file: readonly string[]
  ): Promise<{ readonly id: string; readonly out: string }> {
    const id = randomBytes(9).toString('base64url')
    const out = join(this.#folder, id)
    mkdirSync(out)
    this.#kept.push(id)
    const args = [...command, `--out=${join(out, ...file)}`, '--', ...paths]
    const { state, problem } = await this.jobs.finish({ kind: 'report', title, args })
    for (const old of this.#kept.splice(0, Math.max(0, this.#kept.length - mostKept))) {
      rmSync(join(this.#folder, old), { recursive: true, force: true })
    }
    if (state !== 'done') throw new LimbicError(problem ?? 'was stopped')
    return { id, out }
  }

  /** The folder of a report. @throws NotFound if it is no longer kept */
  folderOf(id: string): string {
    if (!this.#kept.includes(id)) throw new NotFound()
    return join(this.#folder, id)
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
