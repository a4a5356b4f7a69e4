/** Cuts a stream into its lines, each as long as a limit allows. */
import { explainFileError } from './failure.js'
import { limit, overLimit } from './limits.js'

const lineFeed = 0x0a
const byteOrderMark = '\ufeff'

/**
 * The lines of a stream in UTF-8, without their ends: those that are whole after each piece of it,
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
    for await (const chunk of input) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
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
