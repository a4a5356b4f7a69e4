/** Reads `.npy` files, which hold one NumPy array each. */
import { LimbicError } from '../../base/errors.js'
import { closeOnFailure } from '../../disk/files.js'
import { type FileBytes, FileRegion, OpenFile } from './bytes.js'
import { type ElementType, parseElementType } from './element-type.js'
import { StoredArray } from './stored-array.js'

const magic = Buffer.from('\x93NUMPY', 'latin1')
const largestHeader = 1 << 16

/** An open `.npy` file: the array is read by offset until it is closed. */
export interface NpyFile {
  readonly array: StoredArray
  close(): void
}

/**
 * Opens a `.npy` file (format versions 1 to 3) without reading its elements.
 *
 * @throws LimbicError naming the file and byte if it is not such a file, holds Python objects, or
 * has more or fewer bytes than its header states.
 */
export function openNpy(path: string): NpyFile {
  const file = new OpenFile(path)
  const array = closeOnFailure(file, () => describeNpy(file))
  return { array, close: () => file.close() }
}

/** The array of an open `.npy` file: see `openNpy`. */
export function describeNpy(file: FileBytes): StoredArray {
  const { type, shape, layout, dataStart } = readNpyHeader(file)
  if (type.kind === 'object') {
    throw new LimbicError('arrays of Python objects are not read here', {
      where: `${file.path}, byte 0`,
      hint: 'Save it as numbers, with .astype("float32")',
    })
  }
  const data = new FileRegion(file, dataStart, file.length - dataStart)
  return new StoredArray(type, shape, data, layout, file.path)
}

export interface NpyHeader {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly layout: 'C' | 'F'
  /** Offset of the elements or, for an object array, of their pickle. */
  readonly dataStart: number
}

/** The header of a `.npy` file. @throws LimbicError if it is not a `.npy` file */
export function readNpyHeader(file: FileBytes): NpyHeader {
  const fail = (what: string, byte: number, got?: string): never => {
    throw new LimbicError(what, { where: `${file.path}, byte ${byte}`, ...(got && { got }) })
  }
  const start = Buffer.alloc(12)
  if (file.length < start.length) fail('too short for a .npy file', 0, `${file.length} bytes`)
  file.read(0, start)
  if (!start.subarray(0, 6).equals(magic)) fail('does not begin like a .npy file', 0)
  const version = start.readUInt8(6)
  if (version < 1 || version > 3) fail('.npy version not known', 6, `${version}`)
  const headerStart = version === 1 ? 10 : 12
  const headerLength = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8)
  if (headerLength > largestHeader || headerStart + headerLength > file.length) {
    fail('the header is longer than the file or than any header', 8, `${headerLength} bytes`)
  }
  const header = Buffer.alloc(headerLength)
  file.read(headerStart, header)
  const text = header.toString(version === 3 ? 'utf8' : 'latin1')

  const code = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const extents = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  if (code === undefined || order === undefined || extents === undefined) {
    return fail('the header is not that of an array of one plain type', headerStart)
  }
  const shape = extents.split(',').flatMap((part) => (part.trim() ? [Number(part)] : []))
  const type = parseElementType(code, file.path)
  return {
    type,
    shape,
    layout: order === 'True' ? 'F' : 'C',
    dataStart: headerStart + headerLength,
  }
}
