/** Element types of NumPy arrays. */

import { LimbicError } from '../../base/errors.js'

export type NumberName =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'

/** How one element of a NumPy array is stored. */
export interface ElementType {
  /** A number, fixed-width text (UTF-32 `U` or bytes `S`), or a reference to any Python object. */
  readonly kind: NumberName | 'utf32' | 'bytes' | 'object'
  /** Bytes an element takes. */
  readonly bytes: number
  readonly littleEndian: boolean
}

const numbers: ReadonlyMap<string, readonly [NumberName, number]> = new Map([
  ['?', ['bool', 1]],
  ['b1', ['bool', 1]],
  ['i1', ['int8', 1]],
  ['i2', ['int16', 2]],
  ['i4', ['int32', 4]],
  ['i8', ['int64', 8]],
  ['u1', ['uint8', 1]],
  ['u2', ['uint16', 2]],
  ['u4', ['uint32', 4]],
  ['u8', ['uint64', 8]],
  ['f2', ['float16', 2]],
  ['f4', ['float32', 4]],
  ['f8', ['float64', 8]],
])

/**
 * Reads NumPy's short name of a type: `<f4`, `>i8`, `|b1`, `<U12`, `|S3`, `O`.
 *
 * @param code the name, with or without the sign of its byte order in front.
 * @throws LimbicError for types that hold neither numbers nor text (dates, complex, structured).
 */
export function parseElementType(code: string, where: string): ElementType {
  const [, order = '', name = ''] = /^([<>=|]?)(.*)$/s.exec(code) ?? []
  const littleEndian = order !== '>'
  const number = numbers.get(name)
  if (number) return { kind: number[0], bytes: number[1], littleEndian }
  if (/^O\d*$/.test(name)) return { kind: 'object', bytes: 8, littleEndian }
  const [, letter, digits = ''] = /^([USa])(\d{1,9})$/.exec(name) ?? []
  if (letter === 'U') return { kind: 'utf32', bytes: 4 * Number(digits), littleEndian }
  if (letter !== undefined) return { kind: 'bytes', bytes: Number(digits), littleEndian }
  throw new LimbicError('NumPy type not supported', {
    where,
    expected: 'numbers (bool, int, uint, float16 to float64), text (U, S) or objects (O)',
    got: `"${code.slice(0, 40)}"`,
    hint: 'Convert the array, for example with .astype("float32"), and save it again',
  })
}
