/** A value to pickle. Integers are written as int, other numbers as float. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Picklable[]
  | Map<string, Picklable>
  | PickledNumbers
  | PickledObjects
  | RawInstructions

/** A NumPy array of numbers. */
export class PickledNumbers {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array

  constructor(dtype: string, shape: readonly number[], bytes: Uint8Array) {
    this.dtype = dtype
    this.shape = shape
    this.bytes = bytes
  }
}

/** A NumPy array of objects in one dimension. */
export class PickledObjects {
  readonly items: Picklable[]

  constructor(items: Picklable[]) {
    this.items = items
  }
}

/** Instructions put into the pickle as they are. */
export class RawInstructions {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

export const float32Array = (shape: readonly number[], values: ArrayLike<number>) => {
  const elements = Float32Array.from(values)
  return new PickledNumbers('<f4', shape, new Uint8Array(elements.buffer))
}

export const float64Array = (shape: readonly number[], values: ArrayLike<number>) => {
  const elements = Float64Array.from(values)
  return new PickledNumbers('<f8', shape, new Uint8Array(elements.buffer))
}

/** Writes a pickle as Python with NumPy 2 would, without sharing values. */
export function writePickle(value: Picklable, protocol: 2 | 3 | 4 | 5 = 4): Buffer {
  const parts: Uint8Array[] = []
  const put = (...bytes: number[]) => parts.push(Uint8Array.from(bytes))
  const putUint32 = (number: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(number)
    parts.push(bytes)
  }
  const text = (content: string) => {
    const bytes = Buffer.from(content, 'utf8')
    if (protocol >= 4 && bytes.length < 256) put(0x8c, bytes.length)
    else {
      put(0x58)
      putUint32(bytes.length)
    }
    parts.push(bytes)
  }
  const name = (module: string, attribute: string) => {
    if (protocol < 4) return void parts.push(Buffer.from(`c${module}\n${attribute}\n`))
    text(module)
    text(attribute)
    put(0x93)
  }
  const bytes = (content: Uint8Array, mutable: boolean) => {
    if (protocol === 2) {
      name('_codecs', 'encode')
      text(Buffer.from(content).toString('latin1'))
      text('latin1')
      return void put(0x86, 0x52)
    }
    put(protocol === 5 && mutable ? 0x96 : 0x42)
    putUint32(content.length)
    if (protocol === 5 && mutable) putUint32(0)
    parts.push(content)
  }
  const integer = (number: number) => {
    put(0x4a)
    const encoded = Buffer.alloc(4)
    encoded.writeInt32LE(number)
    parts.push(encoded)
  }
  const dtype = (code: string) => {
    name('numpy', 'dtype')
    text(code.slice(1))
    put(0x89, 0x88, 0x87, 0x52, 0x28)
    integer(3)
    text(code.slice(0, 1))
    put(0x4e, 0x4e, 0x4e)
    for (const field of [-1, -1, 0]) integer(field)
    put(0x74, 0x62)
  }
  const tuple = (items: readonly number[]) => {
    put(0x28)
    for (const item of items) integer(item)
    put(0x74)
  }
  const array = (shape: readonly number[], code: string, content: () => void) => {
    name('numpy._core.multiarray', '_reconstruct')
    name('numpy', 'ndarray')
    tuple([0])
    bytes(Buffer.from('b'), false)
    put(0x87, 0x52, 0x28)
    integer(1)
    tuple(shape)
    dtype(code)
    put(0x89)
    content()
    put(0x74, 0x62)
  }
  const write = (item: Picklable): void => {
    if (item === null) put(0x4e)
    else if (typeof item === 'boolean') put(item ? 0x88 : 0x89)
    else if (typeof item === 'string') text(item)
    else if (typeof item === 'number') {
      if (Number.isInteger(item) && !Object.is(item, -0) && Math.abs(item) < 2 ** 31) {
        integer(item)
        return
      }
      const encoded = Buffer.alloc(9, 'G')
      encoded.writeDoubleBE(item, 1)
      parts.push(encoded)
    } else if (item instanceof Uint8Array) bytes(item, false)
    else if (item instanceof RawInstructions) parts.push(item.bytes)
    else if (Array.isArray(item)) {
      put(0x5d, 0x28)
      item.forEach(write)
      put(0x65)
    } else if (item instanceof Map) {
      put(0x7d, 0x28)
      for (const [key, entry] of item) {
        text(key)
        write(entry)
      }
      put(0x75)
    } else if (item instanceof PickledObjects) {
      array([item.items.length], '|O8', () => write(item.items))
    } else if (protocol === 5) {
      name('numpy._core.numeric', '_frombuffer')
      put(0x28)
      bytes(item.bytes, true)
      dtype(item.dtype)
      tuple(item.shape)
      text('C')
      put(0x74, 0x52)
    } else array(item.shape, item.dtype, () => bytes(item.bytes, false))
  }
  put(0x80, protocol)
  write(value)
  put(0x2e)
  return Buffer.concat(parts)
}
