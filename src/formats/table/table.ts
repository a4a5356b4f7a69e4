/** Tables of named columns, from any file format. */

/** A list of numbers, or of such lists. */
export type Numbers = readonly number[] | readonly (readonly number[])[]

/** One column: numbers where every cell is one or missing (NaN), else texts, or lists. */
export type Column =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'lists'; readonly values: readonly Numbers[] }

export interface Table {
  /** The file's name in messages. */
  readonly path: string
  readonly rows: number
  /** By name, in the order of the file. */
  readonly columns: ReadonlyMap<string, Column>
}

/** Cells that mean a missing value. */
const missing = /^(|nan|na|n\/a|null|none|\?|-nan(\(ind\))?|1\.#(qnan|ind))$/i
const infinite = /^([+-]?)inf(inity)?$/i
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A column from the cells of a text file.
 *
 * @param decimalComma whether `0,5` is a half
 */
export function columnOf(cells: readonly string[], decimalComma = false): Column {
  const values = new Float64Array(cells.length)
  let some = false
  for (const [row, text] of cells.entries()) {
    const raw = text.trim()
    const cell = decimalComma ? raw.replace(',', '.') : raw
    const [, sign] = infinite.exec(cell) ?? []
    if (number.test(cell)) values[row] = Number(cell)
    else if (sign !== undefined) values[row] = sign === '-' ? -Infinity : Infinity
    else if (missing.test(cell)) values[row] = Number.NaN
    else return { kind: 'texts', values: cells.map((text) => text.trim()) }
    some ||= !Number.isNaN(values[row])
  }
  // A column of blanks does not reveal its kind.
  return some || cells.length === 0
    ? { kind: 'numbers', values }
    : { kind: 'texts', values: cells.map((text) => text.trim()) }
}

/** Makes names unique: a repeated heading gets a number. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  for (const name of names) {
    let free = name
    let count = next.get(name) ?? 2
    while (taken.has(free)) free = `${name}.${count++}`
    next.set(name, count)
    taken.add(free)
  }
  return [...taken]
}
