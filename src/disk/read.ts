/** Reads small files whole: plain files up to a limit, and pipes once. */
import { closeSync, readSync } from 'node:fs'
import { LimbicError } from '../base/errors.js'
import { parseJson } from '../base/schema.js'
import { explainFileError } from './failure.js'
import { type LimitName, limit, overLimit, sizeOf } from './limits.js'
import { openFileOrPipe, openPlainFile } from './plain-file.js'

/** No single read of the system gives more. */
const mostAtOnce = 2 ** 31 - 1
const pieceBytes = 2 ** 16
/** How long to wait before looking again whether anything came through a pipe, in milliseconds. */
const pause = 20

/** The bytes of a plain file. @throws LimbicError if it cannot be read, or has 2 GiB and more */
export function readBytes(path: string): Uint8Array {
  const { descriptor, status } = openPlainFile(path)
  try {
    if (status.size > mostAtOnce) {
      throw new LimbicError('is too large to read at once', {
        where: path,
        expected: 'less than 2 GiB',
        got: sizeOf(status.size),
      })
    }
    const bytes = Buffer.allocUnsafeSlow(status.size)
    let done = 0
    while (done < bytes.length) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, done)
      if (count === 0) break
      done += count
    }
    return bytes.subarray(0, done)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The text of a file, or of a pipe such as `<(command)` gives, which is read once. In UTF-8, or in
 * UTF-16 where a byte order mark says so; the mark is left out.
 *
 * @param name the limit that it may not exceed
 * @throws LimbicError if it cannot be read, is longer, or is a pipe through which nothing comes
 */
export function readText(path: string, name: LimitName = 'json'): string {
  const { descriptor, status } = openFileOrPipe(path)
  try {
    const most = limit(name)
    if (status.isFile() && status.size > most) throw tooLarge(path, name, sizeOf(status.size))
    const next = status.isFIFO() ? pipeReader(descriptor, path) : fileReader(descriptor)
    const pieces: Buffer[] = []
    let length = 0
    for (let piece = next(); piece.length > 0; piece = next()) {
      length += piece.length
      if (length > most) throw tooLarge(path, name, 'more')
      pieces.push(piece)
    }
    return decodeText(Buffer.concat(pieces, length))
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    closeSync(descriptor)
  }
}

/** What a JSON file holds. @throws LimbicError if it cannot be read, is too long, or is no JSON */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path)
}

/** The text of bytes in UTF-8, or in UTF-16 with a byte order mark; without the mark. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
    return even.swap16().toString('utf16le')
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return bytes.toString('utf8', marked ? 3 : 0)
}

function tooLarge(path: string, name: LimitName, got: string): LimbicError {
  const what = name === 'yaml' ? 'too large for a settings file' : 'the file is too large'
  return overLimit(what, name, { where: path, got })
}

/** Gives a piece of a file at each call; nothing at its end. */
function fileReader(descriptor: number): () => Buffer {
  let pieceSize = pieceBytes
  return () => {
    const piece = Buffer.allocUnsafe(pieceSize)
    // Large files come in few pieces.
    pieceSize = Math.min(2 * pieceSize, 2 ** 24)
    return piece.subarray(0, readSync(descriptor, piece, 0, piece.length, null))
  }
}

/** Gives what has come through a pipe at each call, waiting for it; nothing at its end. */
function pipeReader(descriptor: number, path: string): () => Buffer {
  const patience = limit('wait')
  // Such a pipe had a writer when it was given to this process; a named one may get its first yet.
  let begun = /^\/(dev|proc\/[^/]+)\/(fd\/\d+|stdin)$/.test(path)
  return () => {
    const until = Date.now() + 1000 * patience
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes)
      const count = readWhatIsThere(descriptor, piece)
      if (count !== undefined && (count > 0 || begun)) {
        begun = true
        return piece.subarray(0, count)
      }
      if (Date.now() > until) {
        throw overLimit('nothing arrives through this pipe', 'wait', { where: path })
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
    }
  }
}

/** How many bytes came; undefined where a writer has the pipe open and has not written yet. */
function readWhatIsThere(descriptor: number, piece: Buffer): number | undefined {
  try {
    return readSync(descriptor, piece, 0, piece.length, null)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined
    throw error
  }
}
