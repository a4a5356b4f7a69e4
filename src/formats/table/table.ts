/** Tables of named columns, whatever file they came in. */

/** A list of numbers, or of such lists. */
export type Numbers = readonly number[] | readonly (readonly number[])[]

/** One column: numbers where every cell is one or missing (NaN), else texts, or lists. */
export type Column =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'lists'; readonly values: readonly Numbers[] }

export interface Table {
  /** What the file is called in messages. */
  readonly path: string
  readonly rows: number
  /** By their names, in the order of the file. */
  readonly columns: ReadonlyMap<string, Column>
}

/** Cells that say that nothing was measured. */
const missing = /^(|nan|na|n\/a|null|none|\?|-nan(\(ind\))?|1\.#(qnan|ind))$/i
const infinite = /^([+-]?)inf(inity)?$/i
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A column of the cells that a text file holds.
 *
 * @param decimalComma whether `0,5` is a half
 */
export function columnOf(cells: readonly string[], decimalComma = false): Column {
  const values = new Float64Array(cells.length)
  let some = false
  for (let row = 0; row < cells.length; row++) {
    const raw = (cells[row] as string).trim()
    const cell = decimalComma ? raw.replace(',', '.') : raw
    const [, sign] = infinite.exec(cell) ?? []
    if (number.test(cell)) values[row] = Number(cell)
    else if (sign !== undefined) values[row] = sign === '-' ? -Infinity : Infinity
    else if (missing.test(cell)) values[row] = Number.NaN
    else return { kind: 'texts', values: cells.map((text) => text.trim()) }
    some ||= !Number.isNaN(values[row])
  }
  // A column of nothing but blanks says nothing of its kind.
  return some || cells.length === 0
    ? { kind: 'numbers', values }
    : { kind: 'texts', values: cells.map((text) => text.trim()) }
}

/** A name that is not taken yet: what stands twice in a heading gets a number. */
export function freeName(name: string, taken: { has(name: string): boolean }): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) {
    if (!taken.has(`${name}.${count}`)) return `${name}.${count}`
  }
}
