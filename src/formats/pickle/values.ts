import type { ByteSource, ElementType, StoredArray } from '../npy/index.js'

/**
 * What a pickle can hold once read. Lists and tuples are JavaScript arrays, dictionaries are maps.
 * Integers beyond 2^53 are bigints. Long byte strings and texts stay in the file.
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
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>

/** A long byte string, known by its place in the file. */
export class StoredBytes {
  readonly source: ByteSource

  constructor(source: ByteSource) {
    this.source = source
  }
}

/** A long text, known by the place of its UTF-8 bytes in the file. */
export class StoredText {
  readonly offset: number
  readonly length: number

  constructor(offset: number, length: number) {
    this.offset = offset
    this.length = length
  }
}

/** A NumPy array: of numbers or fixed-width text in the file, or of objects. */
export class PickledArray {
  /** Undefined until the pickle says what the array holds. */
  content:
    | { readonly kind: 'stored'; readonly array: StoredArray }
    | {
        readonly kind: 'objects'
        readonly shape: readonly number[]
        readonly items: readonly PickleValue[]
      }
    | undefined

  get shape(): readonly number[] {
    if (this.content === undefined) return [0]
    return this.content.kind === 'stored' ? this.content.array.shape : this.content.shape
  }
}

/** A NumPy dtype; its byte order is told after its name. */
export class PickledType {
  element: ElementType

  constructor(element: ElementType) {
    this.element = element
  }
}

/** The name of one of the few Python functions and classes that a pickle may mention. */
export class PickledName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}
