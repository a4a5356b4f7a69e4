/** The part of a file that a request asks for (RFC 9110, section 14). */

/** The first and the last byte. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Reads a Range header. Several ranges, other units and nonsense are answered with the whole file,
 * which is always allowed.
 *
 * @returns undefined for the whole file; `none` if the file has no such byte
 */
export function readRange(
  header: string | undefined,
  size: number,
): ByteRange | 'none' | undefined {
  const [, from = '', to = ''] =
    /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'none' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return undefined
  return first >= size ? 'none' : { first, last }
}
