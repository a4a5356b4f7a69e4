/** Tape archives of plain files (POSIX.1-1988, "ustar"): many small files as one. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { explainFileError, writeFileSafely } from '../../disk/files.js'

const block = 512
const chunk = 2 ** 20

/**
 * Writes files of a folder as an archive; the same files give the same bytes.
 *
 * @param names relative paths with slashes, at most 100 bytes each
 * @throws LimbicError if a file cannot be read or a name is too long
 */
export function writeTar(path: string, folder: string, names: readonly string[]): void {
  const memory = new Uint8Array(chunk)
  writeFileSafely(path, (archive) => {
    for (const name of names) {
      const file = join(folder, name)
      const { size } = statSync(file)
      archive.write(headerOf(name, size))
      const opened = openSync(file, 'r')
      try {
        for (let done = 0; done < size; ) {
          const got = readSync(opened, memory, 0, Math.min(chunk, size - done), done)
          if (got === 0)
            throw new LimbicError('the file was cut while it was read', { where: file })
          archive.write(memory.subarray(0, got))
          done += got
        }
      } finally {
        closeSync(opened)
      }
      archive.write(new Uint8Array((block - (size % block)) % block))
    }
    archive.write(new Uint8Array(2 * block))
  })
}

/**
 * Unpacks an archive into a folder. Nothing is written outside of it, nor anything but plain files.
 *
 * @returns the names of the files
 * @throws LimbicError if the archive is damaged, or contains anything else
 */
export function readTar(path: string, folder: string): string[] {
  let opened: number | undefined
  try {
    opened = openSync(path, 'r')
    const { size } = statSync(path)
    return unpack(opened, size, path, folder)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

function unpack(opened: number, size: number, path: string, folder: string): string[] {
  const names: string[] = []
  const header = Buffer.alloc(block)
  const memory = new Uint8Array(chunk)
  for (let at = 0; ; ) {
    if (readSync(opened, header, 0, block, at) !== block) throw damaged(path)
    if (header.every((byte) => byte === 0)) return names
    const { name, length } = readHeader(header, path)
    at += block
    if (at + length > size) throw damaged(path)
    writeFileSafely(join(folder, name), (file) => {
      for (let done = 0; done < length; ) {
        const got = readSync(opened, memory, 0, Math.min(chunk, length - done), at + done)
        if (got === 0) throw damaged(path)
        file.write(memory.subarray(0, got))
        done += got
      }
    })
    names.push(name)
    at += Math.ceil(length / block) * block
  }
}

function headerOf(name: string, length: number): Buffer {
  const header = Buffer.alloc(block)
  if (Buffer.byteLength(name) > 100) {
    throw new LimbicError('the name is too long for an archive', { where: name })
  }
  header.write(name, 0)
  const number = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, '0'), at)
  number(0o644, 100, 7)
  number(0, 108, 7)
  number(0, 116, 7)
  number(length, 124, 11)
  number(0, 136, 11)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  number(sumOf(header), 148, 6)
  header.write('\u0000 ', 154)
  return header
}

/** The sum of a header's bytes, its own sum counted as spaces. */
function sumOf(header: Buffer): number {
  const own = header.subarray(148, 156)
  const all = header.reduce((sum, byte) => sum + byte, 0)
  return all - own.reduce((sum, byte) => sum + byte, 0) + 8 * 0x20
}

function readHeader(header: Buffer, path: string): { name: string; length: number } {
  const text = (from: number, to: number) => header.toString('utf8', from, to).split('\0', 1).join()
  const number = (from: number, to: number) => Number.parseInt(text(from, to).trim(), 8)
  if (text(257, 262) !== 'ustar' || number(148, 156) !== sumOf(header)) throw damaged(path)
  const name = text(0, 100)
  const plain = name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (text(156, 157) !== '0' || !plain || /[\\:]/.test(name)) {
    throw new LimbicError('an archive of Limbic has plain files only', {
      where: path,
      got: name,
    })
  }
  const length = number(124, 136)
  if (!(length >= 0)) throw damaged(path)
  return { name, length }
}

function damaged(path: string): LimbicError {
  return new LimbicError('the archive is damaged or cut short', { where: path })
}
