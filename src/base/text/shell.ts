/** Quotes words of commands that are printed for the user to run. */

/**
 * A word for a shell: unchanged if it has no special characters, otherwise in single quotes, with
 * invisible characters as escape codes.
 */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(word)) return `$'${codes(word)}'`
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function codes(word: string): string {
  return word.replace(/['\\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (sign) => {
    const point = sign.charCodeAt(0)
    if (sign === "'" || sign === '\\') return `\\${sign}`
    return point < 0x80
      ? `\\x${point.toString(16).padStart(2, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`
  })
}
