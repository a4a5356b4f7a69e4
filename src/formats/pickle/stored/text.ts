/** Bytes that hold text: strings of Python 2, and byte strings. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 where the bytes are valid UTF-8, as most programs wrote; else Latin-1, which any bytes are. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  }
}
