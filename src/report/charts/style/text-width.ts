/** The width of text in charts, estimated because it cannot be measured here. */
import { oneLine } from '../../../base/text/clean.js'

/**
 * The width of a text in pixels, estimated for a wide sans-serif font so that nothing is cut: the
 * reader's own font is unknown.
 *
 * @param size of the font in pixels
 */
export function textWidth(text: string, size: number): number {
  return text.trim() === '' ? 0 : emWidth(text) * size
}

/**
 * A text that is at most `limit` pixels wide; omitted text becomes "…".
 *
 * @param size of the font in pixels
 */
export function fitted(text: string, size: number, limit: number): string {
  if (textWidth(text, size) <= limit) return text
  const signs = Array.from(text)
  let width = emWidth('…') * size
  let kept = 0
  for (const sign of signs) {
    width += emWidth(sign) * size
    if (width > limit) break
    kept++
  }
  return `${signs.slice(0, kept).join('')}…`
}

function emWidth(text: string): number {
  let width = 0
  for (const sign of oneLine(text)) {
    if (/[iljtfrI .,:;|'!()[\]·-]/.test(sign)) width += 0.38
    else if (/[mwMW@%—±→]/.test(sign)) width += 0.95
    else if (/[A-Z0-9+=<>≥≤_]/.test(sign)) width += 0.68
    else if (sign <= '\u04ff') width += 0.61
    else width += 1
  }
  return width
}
