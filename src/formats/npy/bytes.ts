/** Sources of bytes for stored arrays. */

import { closeSync, readSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { openPlainFile } from '../../disk/plain-file.js'

/** Bytes with random access, in memory or on disk. */
export interface ByteSource {
  readonly length: number
  /** Fills `target` with the bytes from `position` on. */
  read(position: number, target: Uint8Array): void
}

/** The bytes of a file, or of a part of one that is read as if it were a file. */
export interface FileBytes extends ByteSource {
  /** Its name in messages. */
  readonly path: string
}

/** Bytes held in memory. */
export class MemoryBytes implements ByteSource {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#bytes.length
  }

  read(position: number, target: Uint8Array): void {
    target.set(this.#bytes.subarray(position, position + target.length))
  }
}

/** A file open for reading at any offset, even beyond 4 GiB. */
export class OpenFile implements FileBytes {
  readonly path: string
  /** The path on disk, which differs from its name if it was unpacked. */
  readonly place: string
  readonly length: number
  #descriptor: number | undefined

  readonly #closed: (() => void) | undefined

  /**
   * @param path its name in messages
   * @param unpacked its path on disk if that differs, and what to do on closing
   * @throws LimbicError if the file cannot be opened.
   */
  constructor(path: string, unpacked?: { readonly place: string; closed(): void }) {
    this.path = path
    const place = unpacked?.place ?? path
    this.place = place
    this.#closed = unpacked && (() => unpacked.closed())
    const { descriptor, status } = openPlainFile(place, path)
    this.length = status.size
    this.#descriptor = descriptor
  }

  /** @throws LimbicError if the file ends before `target` is full, or has been closed. */
  read(position: number, target: Uint8Array): void {
    if (this.#descriptor === undefined) {
      throw new LimbicError('the file has been closed', {
        where: this.path,
        hint: 'Read before closing the data set',
      })
    }
    for (let done = 0; done < target.length; ) {
      const count = this.#readSome(this.#descriptor, target, done, position + done)
      if (count === 0) {
        throw new LimbicError('the file ends too early', {
          where: `${this.path}, byte ${position + done}`,
          expected: `${target.length - done} more bytes`,
          got: 'the end of the file',
          hint: 'It may have been cut short; copy or download it again',
        })
      }
      done += count
    }
  }

  #readSome(descriptor: number, target: Uint8Array, done: number, position: number): number {
    try {
      return readSync(descriptor, target, done, target.length - done, position)
    } catch (error) {
      throw explainFileError(error, this.path)
    }
  }

  close(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#closed?.()
  }
}

/** A range of a file, not yet read. */
export class FileRegion implements FileBytes {
  readonly path: string
  readonly file: ByteSource
  readonly offset: number
  readonly length: number

  /** @param path what the stretch is called, where it is read as a file of its own */
  constructor(file: FileBytes, offset: number, length: number, path: string = file.path) {
    this.path = path
    this.file = file
    this.offset = offset
    this.length = length
  }

  read(position: number, target: Uint8Array): void {
    this.file.read(this.offset + position, target)
  }
}

/** All bytes of a source, in memory. */
export function readAll(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(source.length)
  source.read(0, bytes)
  return bytes
}
