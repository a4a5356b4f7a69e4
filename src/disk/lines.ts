/** Splits a stream into lines of bounded length. */
import { explainFileError } from './failure.js'
import { limit, overLimit } from './limits.js'

const lineFeed = 0x0a
const byteOrderMark = '\ufeff'

/**
 * The lines of a stream in UTF-8 (or UTF-16 with a byte order mark), without line ends, in batches
 * as chunks of the stream arrive. The last line needs no line end; a leading byte order mark is
 * removed.
 *
 * @param where the name of the stream, for messages
 * @throws LimbicError if a line is too long or the stream cannot be read
 */
export async function* linesOf(
  input: AsyncIterable<Uint8Array | string>,
  where: string,
): AsyncGenerator<readonly string[]> {
  const longest = limit('line')
  let count = 0
  // The start of the current line, joined once its end arrives.
  let begun: Uint8Array[] = []
  let length = 0
  const finish = (): string => {
    const text = Buffer.concat(begun, length).toString('utf8')
    begun = []
    length = 0
    const marked = count++ === 0 && text.startsWith(byteOrderMark)
    return text.slice(marked ? 1 : 0).replace(/\r$/, '')
  }
  const add = (part: Uint8Array) => {
    length += part.length
    if (length > longest) {
      const place = { where: `${where}, line ${count + 1}`, got: 'more' }
      throw overLimit('the line is too long', 'line', place)
    }
    if (part.length > 0) begun.push(part)
  }
  try {
    for await (const piece of inUtf8(input)) {
      const lines: string[] = []
      let start = 0
      for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
        add(piece.subarray(start, end))
        lines.push(finish())
        start = end + 1
      }
      add(piece.subarray(start))
      if (lines.length > 0) yield lines
    }
    if (length > 0) yield [finish()]
  } catch (error) {
    throw explainFileError(error, where)
  }
}

/** A stream converted to UTF-8. */
async function* inUtf8(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let held: Buffer | undefined = Buffer.alloc(0)
  let decoder: TextDecoder | undefined
  const decoded = (piece: Buffer) => {
    return decoder ? Buffer.from(decoder.decode(piece, { stream: true })) : piece
  }
  for await (const chunk of input) {
    let piece = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk)
    if (held !== undefined) {
      piece = Buffer.concat([held, piece])
      held = piece
      // A UTF-16 byte order mark has two bytes; so far only one may have arrived.
      if (piece.length === 0 || (piece.length === 1 && (piece[0] ?? 0) >= 0xfe)) continue
      decoder = decoderOf(piece)
      held = undefined
    }
    yield decoded(piece)
  }
  if (held !== undefined && held.length > 0) yield held
  if (decoder) yield Buffer.from(decoder.decode())
}

function decoderOf([first, second]: Buffer): TextDecoder | undefined {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le')
  return first === 0xfe && second === 0xff ? new TextDecoder('utf-16be') : undefined
}
