/** Reads and writes safetensors files. */

import { closeSync, fstatSync, readSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { explainFileError, writeFileSafely } from '../../disk/files.js'
import { openPlainFile } from '../../disk/plain-file.js'
import { decodeTensor } from './decode.js'
import { encodeParts } from './encode.js'
import { headerLength, lengthBytes, parseHeader, type SafetensorsHeader } from './header.js'
import type { SafetensorsContent, StoredTensor } from './tensors.js'

/** The most bytes per read; the operating system would cut a longer read short. */
const largestRead = 2 ** 30

/**
 * Reads a safetensors file. Each tensor gets its own memory, so files beyond 2 GiB are fine.
 *
 * @param wanted the names of the tensors to read, if present; default: all
 * @throws LimbicError naming the file, and the tensor at fault
 */
export function readSafetensors(path: string, wanted?: readonly string[]): SafetensorsContent {
  return withFile(path, (descriptor) => {
    const { metadata, tensors } = readHeader(descriptor, path)
    const chosen = wanted ? tensors.filter(({ name }) => wanted.includes(name)) : tensors
    return {
      metadata,
      tensors: new Map(
        chosen.map((place) => {
          const bytes = readBytes(descriptor, place.start, place.end - place.start, path)
          return [place.name, decodeTensor(place, bytes, path)]
        }),
      ),
    }
  })
}

/**
 * Reads only the metadata and the names, types, shapes and places of the tensors.
 *
 * @throws LimbicError naming the file, and the tensor at fault
 */
export function inspectSafetensors(path: string): SafetensorsHeader {
  return withFile(path, (descriptor) => readHeader(descriptor, path))
}

/**
 * Writes a safetensors file, whole or not at all. The same content gives the same bytes.
 *
 * @throws LimbicError if a tensor's numbers do not fit its type or shape, or the place cannot be written
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const parts = encodeParts(tensors, metadata, path)
  writeFileSafely(path, (file) => {
    for (const part of parts) file.write(part)
  })
}

function withFile<Result>(path: string, use: (descriptor: number) => Result): Result {
  const { descriptor } = openPlainFile(path)
  try {
    return use(descriptor)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    closeSync(descriptor)
  }
}

function readHeader(descriptor: number, path: string): SafetensorsHeader {
  const fileBytes = fstatSync(descriptor).size
  const front = readBytes(descriptor, 0, Math.min(lengthBytes, fileBytes), path)
  const length = headerLength(front, fileBytes, path)
  return parseHeader(readBytes(descriptor, lengthBytes, length, path), fileBytes, path)
}

function readBytes(descriptor: number, start: number, length: number, path: string): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length; ) {
    const wanted = Math.min(length - done, largestRead)
    const got = readSync(descriptor, bytes, done, wanted, start + done)
    if (got === 0) {
      throw new LimbicError('the file became shorter while it was read', { where: path })
    }
    done += got
  }
  return bytes
}
