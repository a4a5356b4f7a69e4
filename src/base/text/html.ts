/** Escapes untrusted text for HTML and SVG. */
import { plainLines } from './clean.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Most texts need no escaping, and a chart has thousands of them. */
const harmless = /^[\w .,:;#%()[\]/+-]*$/

/** Text escaped for an element's content or a quoted attribute. */
export function escapeHtml(text: string): string {
  if (harmless.test(text)) return text
  return plainLines(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}
