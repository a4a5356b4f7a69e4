/** Turns names from outside (ids, titles, stages) into file names that are safe on every system. */

/** File names may have 255 bytes; this leaves room for a prefix and an extension. */
const longest = 60

/** Names that Windows reserves for devices, with any extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A name as a path component, safe on every system: lower-case letters, digits and dashes,
 * truncated if long.
 */
export function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, longest)
    .replace(/-$/, '')
  return devices.test(plain) ? `${plain}-` : plain || 'unnamed'
}

/**
 * The same, but keeps capitals, dots and underscores, which may distinguish names; dots cannot form
 * `..` or end the name.
 */
export function dottedName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, longest)
    .replace(/^[.-]+|\.$/g, '')
  const [stem = ''] = plain.split('.')
  return devices.test(stem) ? `${stem}-${plain.slice(stem.length)}` : plain || 'unnamed'
}

/** The longest name in UTF-8 bytes; some file systems allow only 143. */
const mostBytes = 100

/**
 * Assigns names to the files of one folder. They keep letters and digits of every script, since ids
 * may contain nothing else. No two names collide, not even on a system that ignores case or
 * normalises Unicode.
 */
export class FileNames {
  readonly #taken = new Set<string>()

  /** An unused name made of parts, such as `lanes-video1`. */
  take(...parts: readonly string[]): string {
    const stem = cut(parts.map(plainLetters).join('-'))
    const free = devices.test(stem) ? `${stem}-` : stem
    let name = free
    for (let other = 2; this.#taken.has(name); other++) name = `${free}-${other}`
    this.#taken.add(name)
    return name
  }
}

function plainLetters(text: string): string {
  // Upper-casing first merges letters that share one capital, such as s and the long s.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
  const plain = folded.replace(/[^\p{L}\p{N}]+/gu, '-')
  return plain.replace(/^-|-$/g, '') || 'unnamed'
}

/** The start of a name, without splitting a character. */
function cut(name: string): string {
  const bytes = new TextEncoder()
  let [kept, room] = ['', mostBytes]
  for (const sign of name) {
    room -= bytes.encode(sign).length
    if (room < 0) break
    kept += sign
  }
  return kept.replace(/-$/, '')
}
