/** Repairs Matroska files that are damaged or cut short, for reading. */
import type { Bytes } from './bytes.js'
import { numberAt } from './container.js'

/** Changes to apply to a file while it is read. */
export interface Patch {
  /** Bytes that replace the file's own, in the order of their positions. */
  readonly edits: readonly { readonly at: number; readonly bytes: Uint8Array }[]
  /** Where the used part of the file ends. */
  readonly end: number
  /** The bytes that follow it. */
  readonly tail: Uint8Array
}

interface Element {
  readonly id: number
  readonly at: number
  /** The position of its length, and its number of bytes. */
  readonly lengthAt: number
  readonly lengthBytes: number
  readonly data: number
  /** Undefined if its length is unknown. */
  readonly end: number | undefined
}

const segmentId = 0x18538067
const clusterId = 0x1f43b675
const mostElements = 100_000

/** A tags element that contains only eight zeros. */
const lastElement = Uint8Array.of(0x12, 0x54, 0xc3, 0x67, 0x88, 0, 0, 0, 0, 0, 0, 0, 0)

/**
 * Makes Matroska (RFC 8794) safe for mediabunny. After damage mediabunny searches for the next
 * element, without stopping at the end of the file or segment; so the segment's length is removed
 * and an element added at its end. It also reads only whole clusters, so a cluster that was cut off
 * gets the length up to its last whole block.
 *
 * @param isCut whether the file is shorter than its header states
 * @returns undefined if the file is not Matroska
 */
export async function patchMatroska(file: Bytes, isCut: boolean): Promise<Patch | undefined> {
  const header = await elementAt(file, 0)
  if (header?.id !== 0x1a45dfa3 || header.end === undefined) return undefined
  const segment = await elementAt(file, header.end)
  if (segment?.id !== segmentId) return undefined
  const { lengthAt, lengthBytes } = segment
  const unknown = new Uint8Array(lengthBytes).fill(0xff)
  unknown[0] = 0xff >> (lengthBytes - 1)
  const edits = [{ at: lengthAt, bytes: unknown }]
  const cut = isCut ? await firstBeyond(file, segment.data) : undefined
  if (cut?.id !== clusterId) return { edits, end: file.size, tail: lastElement }
  const child = await firstBeyond(file, cut.data)
  const end = child?.at ?? file.size
  edits.push({ at: cut.lengthAt, bytes: lengthOf(end - cut.data, cut.lengthBytes) })
  return { edits, end, tail: lastElement }
}

function lengthOf(length: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count)
  for (let place = count - 1, rest = length; place >= 0; place--) {
    bytes[place] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[0] = (bytes[0] ?? 0) | (0x100 >> count)
  return bytes
}

/** The first of successive elements that ends beyond the file. */
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
