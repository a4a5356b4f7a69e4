/**
 * Makes untrusted text safe to print: control characters are shown as codes instead of taking
 * effect.
 */

/**
 * Characters that act instead of being displayed: control characters (escape sequences start
 * with one), line and paragraph separators, unclosed bidirectional controls, lone surrogates, and
 * non-characters.
 */
const acting = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const lineBreak = /[\n\v\f\r\u0085\u2028\u2029]/

/**
 * The text on one line: breaks and tabs become spaces, other control characters become their codes.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, (space) => (lineBreak.test(space) ? ' ' : space.replaceAll('\t', ' ')))
    .replace(acting, code)
}

/**
 * The text on its own lines, separated by line feeds; other control characters become their codes.
 */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.replace(acting, code))
    .join('\n')
}

/** The first `most` characters of a text, with a mark where it was cut. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  // Never cut inside a surrogate pair or before a combining mark.
  const kept = text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')
  return `${kept}…`
}

/** ESC as `\u001b`: JSON's notation, which people know and which has no effect. */
function code(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
