/** Matrices of float64 numbers, in which constants of sound graphs are computed. */

/** Values in row-major order. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

/** The matrix whose element in row i, column j is `at(i, j)`. */
export function matrix(
  rows: number,
  columns: number,
  at: (row: number, column: number) => number,
): Matrix {
  const data = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) data[row * columns + column] = at(row, column)
  }
  return { rows, columns, data }
}

/** The element in a row and a column; 0 outside. */
export function elementOf({ rows, columns, data }: Matrix, row: number, column: number): number {
  if (row < 0 || row >= rows || column < 0 || column >= columns) return 0
  return data[row * columns + column] ?? 0
}
