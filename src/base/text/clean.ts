/** Text from outside, made harmless: whatever would act on a terminal, a page or a line is shown instead. */

/**
 * Characters that act rather than show: control characters (escape sequences begin with one),
 * separators of lines and paragraphs, directions that outlast their own word, halves of a surrogate
 * pair, and code points that no text may hold.
 */
const acting = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const lineBreak = /[\n\v\f\r\u0085\u2028\u2029]/

/** The same text on one line: breaks and tabs become spaces, other characters that act become their codes. */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, (space) => (lineBreak.test(space) ? ' ' : space.replaceAll('\t', ' ')))
    .replace(acting, code)
}

/** The same text on its own lines, divided by line feeds; characters that act become their codes. */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.replace(acting, code))
    .join('\n')
}

/** At most `most` characters of a text; what is left out leaves a mark. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  // Never between the halves of a pair, nor before a mark that belongs to the letter.
  const kept = text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')
  return `${kept}…`
}

/** ESC as `\u001b`: JSON's own way, which people know and which acts on nothing. */
function code(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
