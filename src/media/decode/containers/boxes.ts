/** The boxes of an MP4: ISO/IEC 14496-12, 4.2. */
import type { Bytes } from './bytes.js'

/** A damaged file may hold any number of boxes. */
const mostBoxes = 10_000

/** A box of the file's outermost level. */
export interface Box {
  /** Four letters, such as `moov`. */
  readonly type: string
  /** Where it starts, and its length by its header, in bytes. */
  readonly at: number
  readonly size: number
  /** Its first bytes, header included: 48, or fewer where the file ends. */
  readonly head: Uint8Array
}

/** The outermost boxes of a file one after another, up to one whose length is damaged. */
export async function* boxesOf(file: Bytes): AsyncGenerator<Box> {
  for (let at = 0, count = 0; at < file.size && count < mostBoxes; count++) {
    const head = await file.read(at, 48)
    if (head.length < 8) return
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
    const short = view.getUint32(0)
    if (short === 1 && head.length < 16) return
    // A length of 0 means the rest of the file, of 1 that a longer number follows.
    const size = short === 1 ? Number(view.getBigUint64(8)) : short || file.size - at
    yield { type: String.fromCharCode(...head.subarray(4, 8)), at, size, head }
    if (size < 8) return
    at += size
  }
}
