/** Text from outside in HTML and SVG. */
import { plainLines } from './clean.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Most texts are of nothing else, and there are thousands of them in a chart. */
const harmless = /^[\w .,:;#%()[\]/+-]*$/

/** Text made safe as the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  if (harmless.test(text)) return text
  return plainLines(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}
