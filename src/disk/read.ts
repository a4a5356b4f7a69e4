/** Reads whole files and pipes into memory, up to a limit. */
import { closeSync, readSync } from 'node:fs'
import { hasCode, LimbicError } from '../base/errors.js'
import { parseJson } from '../base/schema.js'
import { explainFileError } from './failure.js'
import { type LimitName, limit, overLimit, sizeOf } from './limits.js'
import { openFileOrPipe, openPlainFile } from './plain-file.js'

/** The system's largest single read. */
const mostAtOnce = 2 ** 31 - 1
const pieceBytes = 2 ** 16
/** How long to wait before polling a pipe again, in milliseconds. */
const pause = 20

/** The bytes of a plain file. @throws LimbicError if it cannot be read, or is 2 GiB or larger */
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
 * The text of a file, or of a pipe such as `<(command)`, which is read once. UTF-8, or UTF-16 with
 * a byte order mark; the mark is removed.
 *
 * @param name the limit that applies
 * @throws LimbicError if it cannot be read, is too long, or is a pipe that stays silent
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

/**
 * Parses a JSON file. @throws LimbicError if it cannot be read, is too long, or is not valid JSON
 */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path)
}

/** Decodes UTF-8, or UTF-16 with a byte order mark; the mark is removed. */
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

/** Returns the next chunk of a file at each call; nothing at its end. */
function fileReader(descriptor: number): () => Buffer {
  let pieceSize = pieceBytes
  return () => {
    const piece = Buffer.allocUnsafe(pieceSize)
    // Large chunks for large files.
    pieceSize = Math.min(2 * pieceSize, 2 ** 24)
    return piece.subarray(0, readSync(descriptor, piece, 0, piece.length, null))
  }
}

/** Returns what has arrived through a pipe at each call, waiting for it; nothing at its end. */
function pipeReader(descriptor: number, path: string): () => Buffer {
  const patience = limit('wait')
  // An anonymous pipe has had a writer from the start; a named pipe may still be waiting for one.
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

/**
 * How many bytes were read; undefined if a writer has the pipe open and has written nothing yet.
 */
function readWhatIsThere(descriptor: number, piece: Buffer): number | undefined {
  try {
    return readSync(descriptor, piece, 0, piece.length, null)
  } catch (error) {
    if (hasCode(error, 'EAGAIN')) return undefined
    throw error
  }
}
