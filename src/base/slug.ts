/** Names from outside (ids, titles, stages) as names of files and folders, safe on every system. */

/** Names of files may have 255 bytes; this leaves room for what goes before and after. */
const longest = 60

/** Names that Windows keeps for devices, whatever ending follows. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A name as a part of a path, safe on every system: small letters, digits and dashes, cut where it
 * is long.
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
 * The same with capitals, dots and underscores left in, which some names are told apart by; none of
 * the dots leads anywhere, or ends the name.
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

/** Most bytes of a name in letters of any script; some systems end names at 143. */
const mostBytes = 100

/**
 * Gives names to the files of one folder. They keep letters and digits of every script, since ids
 * may hold no others, and no two are one name, not even on a system that takes capitals for small
 * letters or composes letters its own way.
 */
export class FileNames {
  readonly #taken = new Set<string>()

  /** A name made of parts, such as `lanes-video1`, that was not given before. */
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
  // Capitals in between make one of letters that have one capital, as s and the long s.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
  const plain = folded.replace(/[^\p{L}\p{N}]+/gu, '-')
  return plain.replace(/^-|-$/g, '') || 'unnamed'
}

/** The beginning of a name, of whole letters. */
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
