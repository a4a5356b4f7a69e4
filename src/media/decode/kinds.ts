/** Identifies files that are not recordings by their first bytes. */

/** First bytes of files that people name by mistake. */
const beginnings: readonly (readonly [string, string])[] = [
  ['%PDF', 'a PDF document'],
  ['PK\u0003\u0004', 'a ZIP archive (or a document in one)'],
  ['\u001f\u008b', 'compressed by gzip'],
  ['BZh', 'compressed by bzip2'],
  ['\u00fd7zXZ', 'compressed by xz'],
  ['7z\u00bc\u00af', 'a 7-Zip archive'],
  ['Rar!', 'a RAR archive'],
  ['\u0089HDF', 'an HDF5 file'],
  ['\u0093NUMPY', 'a NumPy array'],
  ['\u0080\u0002', 'a Python pickle'],
  ['\u0080\u0003', 'a Python pickle'],
  ['\u0080\u0004', 'a Python pickle'],
  ['\u0080\u0005', 'a Python pickle'],
  ['SQLite format 3', 'an SQLite database'],
  ['\u007fELF', 'a program'],
  ['MZ', 'a program'],
  ['WEBVTT', 'subtitles (WebVTT); give them as words'],
]

/** What a file is by its first bytes, such as `a PDF document`, if it is known and not a recording. */
export function kindOfOther(head: Uint8Array): string | undefined {
  const text = new TextDecoder('latin1').decode(head)
  const known = beginnings.find(([beginning]) => text.startsWith(beginning))
  if (known) return known[1]
  if (/^\s*(<!doctype html|<html)/i.test(text)) return 'a web page'
  if (/^(\ufeff|\u00ef\u00bb\u00bf)?\d+\r?\n\d\d:\d\d:\d\d,\d{3} -->/.test(text)) {
    return 'subtitles (SubRip); give them as words'
  }
  if (head.length > 0 && isText(head)) return /^\s*[[{]/.test(text) ? 'JSON' : 'text'
  return undefined
}

function isText(head: Uint8Array): boolean {
  // The last character may be cut off.
  const text = new TextDecoder().decode(head).slice(0, -1)
  return !/[\p{Cc}\ufffd]/u.test(text.replace(/\s/g, ''))
}
