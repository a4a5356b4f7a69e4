/**
 * Files in a page: one that was chosen, or one at an address, of which only the parts needed are
 * fetched.
 */
import type { Source as MediaSource } from 'mediabunny'
import { LimbicError, messageOf } from '../../../base/errors.js'
import type { Bytes } from '../containers/bytes.js'
import type { Patch } from '../containers/matroska.js'

/** An open file. */
export interface PageFile {
  /** Its name in messages. */
  readonly name: string
  readonly bytes: Bytes
  /** The whole file, for images. */
  whole(): Promise<Blob>
  /**
   * The source that mediabunny reads it from.
   *
   * @param patch changes to the file's bytes
   */
  source(library: typeof import('mediabunny'), patch?: Patch): MediaSource
}

/** The length of the first request to an address, whose answer states the file's size. */
const headLength = 4096

/**
 * Opens a file.
 *
 * @param from a `File` or another `Blob`, or an address
 * @throws LimbicError if the address cannot be fetched, or the file is empty
 */
export async function openFile(from: Blob | string | URL): Promise<PageFile> {
  const file = from instanceof Blob ? fileOfBlob(from) : await fetchFile(String(from))
  if (file.bytes.size === 0) throw new LimbicError('is empty (0 bytes)', { where: file.name })
  return file
}

function fileOfBlob(blob: Blob, name = 'name' in blob ? String(blob.name) : 'recording'): PageFile {
  return {
    name,
    bytes: {
      size: blob.size,
      read: async (offset, length) =>
        new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    },
    whole: async () => blob,
    source({ BlobSource }, patch) {
      const all = patch ? new Blob(partsOf(blob, patch)) : blob
      return new BlobSource(all, { handleUnhandledError: () => {} })
    },
  }
}

function partsOf(blob: Blob, { edits, end, tail }: Patch): BlobPart[] {
  const parts: BlobPart[] = []
  let from = 0
  for (const { at, bytes } of edits) {
    parts.push(blob.slice(from, at), Uint8Array.from(bytes))
    from = at + bytes.length
  }
  return [...parts, blob.slice(from, end), Uint8Array.from(tail)]
}

/** Uses range requests if the server supports them, otherwise fetches the whole file. */
async function fetchFile(address: string): Promise<PageFile> {
  const name = decodeURIComponent(address.split(/[?#]/)[0]?.split('/').at(-1) ?? '') || address
  const response = await fetchPart(address, 0, headLength)
  const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1])
  if (response.status !== 206 || !(size >= 0)) return fileOfBlob(await response.blob(), name)
  const head = new Uint8Array(await response.arrayBuffer())
  const bytes: Bytes = {
    size,
    async read(offset, length) {
      const end = Math.min(offset + length, size)
      if (end <= head.length) return head.subarray(Math.min(offset, end), end)
      if (offset >= end) return new Uint8Array(0)
      const part = await fetchPart(address, offset, end - offset)
      return new Uint8Array(await part.arrayBuffer()).subarray(0, end - offset)
    },
  }
  return {
    ...{ name, bytes },
    whole: async () => (await fetchPart(address, 0, size)).blob(),
    source({ UrlSource, CustomSource }, patch) {
      const handleUnhandledError = () => {}
      if (patch) {
        const getSize = () => patch.end + patch.tail.length
        const read = (start: number, end: number) => readPatched(bytes, patch, start, end)
        return new CustomSource({ getSize, read, prefetchProfile: 'network', handleUnhandledError })
      }
      const getRetryDelay = (attempts: number) => (attempts < 2 ? 0.5 : null)
      return new UrlSource(address, { getRetryDelay, handleUnhandledError })
    },
  }
}

async function readPatched(
  file: Bytes,
  { edits, end: size, tail }: Patch,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const result = new Uint8Array(end - start)
  if (start < size) result.set(await file.read(start, Math.min(end, size) - start))
  for (const { at, bytes } of [...edits, { at: size, bytes: tail }]) {
    for (const [place, byte] of bytes.entries()) {
      const to = at + place - start
      if (to >= 0 && to < result.length) result[to] = byte
    }
  }
  return result
}

async function fetchPart(address: string, offset: number, length: number): Promise<Response> {
  const headers = { Range: `bytes=${offset}-${offset + length - 1}` }
  const refused = (got: string, cause?: unknown) =>
    new LimbicError(
      'the recording could not be fetched',
      { where: address, got, hint: 'Check the address' },
      { cause },
    )
  const response = await fetch(address, { headers }).catch((error: unknown) => {
    throw refused(messageOf(error), error)
  })
  if (!response.ok) throw refused(`status ${response.status}`)
  return response
}
