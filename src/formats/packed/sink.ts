/** The destination of decompressed bytes: a temporary file of bounded length. */
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { sizeOf } from '../../disk/limits.js'

/** Temporary folders of this process that still exist. */
const folders = new Set<string>()
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A file that is written sequentially and removed when no longer needed. */
export class UnpackedFile {
  readonly path: string
  readonly #folder: string
  readonly #where: string
  readonly #most: number
  #descriptor: number | undefined
  #length = 0

  /**
   * @param where the packed file, for messages
   * @param most bytes that it may decompress to
   */
  constructor(where: string, most: number) {
    this.#where = where
    this.#most = most
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'limbic-'))
      folders.add(this.#folder)
      this.path = join(this.#folder, randomBytes(4).toString('hex'))
      this.#descriptor = openSync(this.path, 'wx', 0o600)
    } catch (error) {
      throw explainFileError(error, tmpdir())
    }
  }

  /** @throws LimbicError beyond that limit, or if the disk is full */
  write(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length > this.#most) {
      throw new LimbicError('unpacks to far more than data would', {
        where: this.#where,
        expected: `at most ${sizeOf(this.#most)}`,
        hint: 'If that is correct, unpack it by hand and name the file inside',
      })
    }
    if (this.#descriptor === undefined) return
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done)
    } catch (error) {
      throw explainFileError(error, this.path)
    }
  }

  /** Ends the writing; the file stays. */
  finish(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  remove(): void {
    this.finish()
    rmSync(this.#folder, { recursive: true, force: true })
    folders.delete(this.#folder)
  }
}
