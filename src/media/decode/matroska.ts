/** Matroska files that were cut short: how what is there of their last cluster becomes a whole one. */
import { type Bytes, numberAt } from './container.js'

/** A change of a file. */
export interface Patch {
  /** Where these bytes stand in place of those of the file. */
  readonly at: number
  readonly bytes: Uint8Array
  /** Where the file ends. */
  readonly end: number
}

interface Element {
  readonly id: number
  readonly at: number
  /** Where its length stands, and in how many bytes. */
  readonly lengthAt: number
  readonly lengthBytes: number
  readonly data: number
  /** Undefined where its length is unknown. */
  readonly end: number | undefined
}

const segmentId = 0x18538067
const clusterId = 0x1f43b675
const mostElements = 100_000

/**
 * Gives a cluster that was cut off the length up to its last whole block (RFC 8794). Readers that take whole
 * clusters only would leave it out otherwise.
 *
 * @returns undefined if the file is no Matroska, or its end lies elsewhere
 */
export async function patchMatroska(file: Bytes): Promise<Patch | undefined> {
  const header = await elementAt(file, 0)
  if (header?.id !== 0x1a45dfa3 || header.end === undefined) return undefined
  const segment = await elementAt(file, header.end)
  if (segment?.id !== segmentId) return undefined
  const cut = await firstBeyond(file, segment.data)
  if (cut?.id !== clusterId) return undefined
  const child = await firstBeyond(file, cut.data)
  const end = child?.at ?? file.size
  const length = end - cut.data
  const bytes = new Uint8Array(cut.lengthBytes)
  for (let place = bytes.length - 1, rest = length; place >= 0; place--) {
    bytes[place] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[0] = (bytes[0] ?? 0) | (0x100 >> bytes.length)
  return { at: cut.lengthAt, bytes, end }
}

/** The first element of successive ones that ends beyond the file. */
async function firstBeyond(file: Bytes, from: number): Promise<Element | undefined> {
  let at = from
  for (let count = 0; at < file.size && count < mostElements; count++) {
    const element = await elementAt(file, at)
    if (!element) return undefined
    if (element.end === undefined || element.end > file.size) return element
    at = element.end
  }
  return undefined
}

async function elementAt(file: Bytes, at: number): Promise<Element | undefined> {
  const head = await file.read(at, 16)
  const idBytes = Math.clz32(head[0] ?? 0) - 23
  if (!(idBytes >= 1 && idBytes <= 4)) return undefined
  const id = head.subarray(0, idBytes).reduce((number, byte) => number * 256 + byte, 0)
  const size = numberAt(head, idBytes)
  if (!size) return undefined
  const data = at + idBytes + size.length
  return {
    ...{ id, at, lengthAt: at + idBytes, lengthBytes: size.length, data },
    end: size.value === undefined ? undefined : data + size.value,
  }
}
