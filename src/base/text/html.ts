/** Text from outside in HTML and SVG. */
import { plainLines } from './clean.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe as the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return plainLines(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}
