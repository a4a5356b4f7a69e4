/** Texts and bytes as protocol 0 writes them: one line, with backslash escapes for what a line cannot hold. */

const backslash = 0x5c

/** Letters after a backslash that denote one byte, in Python 2's strings. */
const letters: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': backslash,
  "'": 0x27,
  '"': 0x22,
}

/**
 * The bytes of a string as Python 2's `repr` writes it, quotes included.
 *
 * @returns undefined if it is malformed
 */
export function unescapeBytes(line: Uint8Array): Uint8Array | undefined {
  const quote = line[0]
  if (line.length < 2 || (quote !== 0x27 && quote !== 0x22) || line.at(-1) !== quote)
    return undefined
  const bytes = new Uint8Array(line.length - 2)
  let count = 0
  for (let at = 1; at < line.length - 1; at++) {
    const byte = line[at] ?? 0
    if (byte !== backslash) {
      bytes[count++] = byte
      continue
    }
    const letter = String.fromCharCode(line[++at] ?? 0)
    const plain = letters[letter]
    if (plain !== undefined) bytes[count++] = plain
    else if (letter === 'x') {
      const code = hex(line, at + 1, 2)
      if (code === undefined) return undefined
      bytes[count++] = code
      at += 2
    } else return undefined
  }
  return bytes.subarray(0, count)
}

/**
 * The text of a line in Python's `raw-unicode-escape`: Latin-1, in which `\u` and `\U` stand for
 * characters beyond it.
 *
 * @returns undefined if an escape is malformed
 */
export function unescapeText(line: Uint8Array): string | undefined {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('latin1')
  if (!text.includes('\\u') && !text.includes('\\U')) return text
  let broken = false
  const whole = text.replace(/\\+(?:u(.{0,4})|U(.{0,8}))/gs, (match, short, long) => {
    const slashes = match.length - match.replace(/^\\+/, '').length
    // An even number of backslashes is literal.
    if (slashes % 2 === 0) return match
    const digits: string = short ?? long
    const code = Number.parseInt(digits, 16)
    const valid = /^([0-9a-f]{4}|[0-9a-f]{8})$/i.test(digits) && code <= 0x10ffff
    if (!valid) broken = true
    return valid ? '\\'.repeat(slashes - 1) + String.fromCodePoint(code) : match
  })
  return broken ? undefined : whole
}

function hex(line: Uint8Array, at: number, digits: number): number | undefined {
  const text = String.fromCharCode(...line.subarray(at, at + digits))
  return /^[0-9a-f]+$/i.test(text) && text.length === digits ? Number.parseInt(text, 16) : undefined
}
