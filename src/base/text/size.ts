/** Formats numbers of bytes. */

/** A human-readable number of bytes: `1.5 GiB`. */
export function sizeOf(bytes: number): string {
  const round = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 })
  if (bytes >= 2 ** 30) return `${round(bytes / 2 ** 30)} GiB`
  if (bytes >= 2 ** 20) return `${round(bytes / 2 ** 20)} MiB`
  if (bytes >= 2 ** 10) return `${round(bytes / 2 ** 10)} KiB`
  return `${bytes} bytes`
}
