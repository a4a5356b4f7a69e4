/** The values that a pickle can contain. */
import { LimbicError } from '../../base/errors.js'
import {
  type ByteSource,
  type ElementType,
  parseElementType,
  type StoredArray,
} from '../npy/index.js'

/**
 * The values that a pickle can contain. Lists and tuples are JavaScript arrays, dictionaries are maps.
 * Integers beyond 2^53 are bigints. Long byte strings and texts stay in the file. Anything that is
 * not plain data is a `PickledObject`, of which only the name is known.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | StoredBytes
  | StoredText
  | PickledArray
  | PickledType
  | PickledName
  | PickledObject
  | PickledStorage
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>

/** A long byte string, kept as its range in the file. */
export class StoredBytes {
  #source: ByteSource | (() => ByteSource)

  /** @param source the bytes, or a function that finds them on first use */
  constructor(source: ByteSource | (() => ByteSource)) {
    this.#source = source
  }

  /** @throws LimbicError if the bytes are malformed */
  get source(): ByteSource {
    if (typeof this.#source === 'function') this.#source = this.#source()
    return this.#source
  }
}

/** A long text, kept as the range of its UTF-8 bytes in the file. */
export class StoredText {
  readonly offset: number
  readonly length: number

  constructor(offset: number, length: number) {
    this.offset = offset
    this.length = length
  }
}

/** The contents of an array: numbers or fixed-width text in the file, or objects. */
export type ArrayContent =
  | { readonly kind: 'stored'; readonly array: StoredArray }
  | {
      readonly kind: 'objects'
      readonly shape: readonly number[]
      readonly items: readonly PickleValue[]
    }

/** A NumPy array or a tensor, decoded on first use. */
export class PickledArray {
  #content: ArrayContent | (() => ArrayContent) | undefined
  #shape: readonly number[] = [0]

  /** @param find decodes the array on first use */
  describe(shape: readonly number[], find: () => ArrayContent): void {
    this.#shape = shape
    this.#content = find
  }

  /**
   * Undefined if the pickle never set the array's contents.
   * @throws LimbicError if it is damaged, or of an unsupported type
   */
  get content(): ArrayContent | undefined {
    if (typeof this.#content === 'function') this.#content = this.#content()
    return this.#content
  }

  get shape(): readonly number[] {
    return this.#shape
  }
}

/** A NumPy dtype; its byte order follows its name. */
export class PickledType {
  readonly code: string
  littleEndian = true
  /** Whether an element is a structure. */
  structured = false
  readonly #where: string

  constructor(code: string, where: string) {
    this.code = code
    this.#where = where
  }

  /** @throws LimbicError if its elements are neither numbers nor text */
  get element(): ElementType {
    if (this.structured) {
      throw new LimbicError('structured NumPy types are not supported', {
        where: this.#where,
        hint: 'Save each field as an array of its own',
      })
    }
    const element = parseElementType(this.code, this.#where)
    return { ...element, littleEndian: this.littleEndian && element.littleEndian }
  }
}

/** The name of a Python function or class that a pickle mentions. */
export class PickledName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** An object that is not plain data: it is never built, and only its class or function is known. */
export class PickledObject {
  /** The name of its class, or of the function that would have made it. */
  readonly name: string
  /** File and byte. */
  readonly where: string

  constructor(name: string, where: string) {
    this.name = name
    this.where = where
  }
}

/** A storage, whose numbers torch tensors share. */
export class PickledStorage {
  readonly element: ElementType
  /** Number of elements. */
  readonly size: number
  #find: (() => ByteSource) | undefined

  constructor(element: ElementType, size: number) {
    this.element = element
    this.size = size
  }

  /** Its elements, once their place in the file is known. */
  get bytes(): ByteSource | undefined {
    return this.#find?.()
  }

  /** @param find returns the elements on first use */
  place(find: () => ByteSource): void {
    this.#find = find
  }
}
