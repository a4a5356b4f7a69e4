/** Cuts a stream into its lines, each as long as a limit allows. */
import { explainFileError } from './failure.js'
import { limit, overLimit } from './limits.js'

const lineFeed = 0x0a
const byteOrderMark = '\ufeff'

/**
 * The lines of a stream in UTF-8 (or UTF-16 with a byte order mark), without their ends: those that are whole after each piece of it,
 * together. The last needs no end, and a byte order mark before the first is left out.
 *
 * @param where the stream, for messages
 * @throws LimbicError at a line beyond the limit, or if the stream cannot be read
 */
export async function* linesOf(
  input: AsyncIterable<Uint8Array | string>,
  where: string,
): AsyncGenerator<readonly string[]> {
  const longest = limit('line')
  let count = 0
  // The beginning of the line at hand, joined once, when its end has come.
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

/** A stream as bytes of UTF-8, whichever of both it is in. */
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
      // A mark of UTF-16 has two bytes, of which one may have come.
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
