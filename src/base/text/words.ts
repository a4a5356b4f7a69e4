/** Numbers and names as sentences have them. */

/** A number of things: "1 sample", "1,234 samples". */
export function count(number: number, unit: string): string {
  return `${number.toLocaleString('en')} ${unit}${number === 1 ? '' : 's'}`
}

/** A name with a capital first letter, as a heading has it. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
