/** Parses JPEG and PNG files: their size in pixels, and whether they are whole. */

export type ImageKind = 'jpeg' | 'png'

export interface ImageFile {
  readonly kind: ImageKind
  /** Pixels, as stored. */
  readonly width: number
  readonly height: number
  /**
   * The bytes of the image itself, without thumbnails and the like; undefined if its end is
   * missing.
   */
  readonly bytes: Uint8Array | undefined
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Whether bytes start like a JPEG or a PNG. */
export function imageKind(bytes: Uint8Array): ImageKind | undefined {
  if (pngSignature.every((byte, at) => bytes[at] === byte)) return 'png'
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? 'jpeg' : undefined
}

/** Parses an image; undefined if it is not one, or its header is damaged. */
export function parseImage(bytes: Uint8Array): ImageFile | undefined {
  const kind = imageKind(bytes)
  if (kind === 'png') return parsePng(bytes)
  return kind === 'jpeg' ? parseJpeg(bytes) : undefined
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** PNG (ISO/IEC 15948), 11.2: chunks of length, type, data and checksum, `IHDR` first, `IEND` last. */
function parsePng(bytes: Uint8Array): ImageFile | undefined {
  const view = viewOf(bytes)
  if (bytes.length < 33 || view.getUint32(12) !== 0x49484452) return undefined
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const end = at + 12 + view.getUint32(at)
    if (view.getUint32(at + 4) === 0x49454e44) {
      return {
        kind: 'png',
        ...size,
        bytes: end <= bytes.length ? bytes.subarray(0, end) : undefined,
      }
    }
  }
  return { kind: 'png', ...size, bytes: undefined }
}

/** ITU T.81, B.1: markers, most of them with a length; the frame header has the size. */
function parseJpeg(bytes: Uint8Array): ImageFile | undefined {
  const view = viewOf(bytes)
  const parts = [bytes.subarray(0, 2)]
  let size: { width: number; height: number } | undefined
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    const end = at + 2 + view.getUint16(at + 2)
    if (end > bytes.length) break
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame && at + 9 <= bytes.length) {
      size ??= { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    if (marker === 0xda) {
      // Scans follow, up to the end marker.
      const last = endOfJpeg(bytes, end)
      if (!size || last === undefined) break
      parts.push(bytes.subarray(at, last))
      return { kind: 'jpeg', ...size, bytes: joined(parts) }
    }
    // Of application data, only the segment on colours affects the picture.
    const foreign = (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe
    if (!foreign) parts.push(bytes.subarray(at, end))
    at = end
  }
  return size && { kind: 'jpeg', ...size, bytes: undefined }
}

/** Where the image ends, after its last marker. */
function endOfJpeg(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2
  }
  return undefined
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
