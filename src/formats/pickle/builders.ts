import { LimbicError } from '../../base/errors.js'
import {
  type ByteSource,
  type ElementType,
  FileRegion,
  MemoryBytes,
  type OpenFile,
  parseElementType,
  readAll,
  StoredArray,
} from '../npy/index.js'
import { cost, largestMap } from './budget.js'
import { Latin1Text } from './latin1-text.js'
import {
  PickledArray,
  PickledName,
  PickledType,
  type PickleValue,
  StoredBytes,
  StoredText,
} from './values.js'

/** Where in the pickle something is being built. */
export interface BuildSite {
  readonly file: OpenFile
  /** Names the file and byte, for messages. */
  readonly where: string
  /** Counts memory that is about to be taken. @throws LimbicError beyond the limit */
  take(bytes: number): void
  /** Counts items or bytes that are about to be copied. @throws LimbicError beyond the limit */
  copy(count: number): void
}

/** NumPy's own limit. */
const mostAxes = 64
/** No name of a type, or of an encoding, is as long. */
const longestName = 64

type Builder = (args: readonly PickleValue[], site: BuildSite) => PickleValue

const list: Builder = ([items], site) => {
  site.take(cost.list)
  return items === undefined ? [] : [...iterate(items, cost.place, site)]
}
const set: Builder = ([items], site) => {
  site.take(cost.set)
  return new Set(items === undefined ? [] : iterate(items, cost.member, site))
}
const dictionary: Builder = ([pairs], site) => {
  site.take(cost.dictionary)
  const map = new Map<PickleValue, PickleValue>()
  for (const pair of pairs === undefined ? [] : iterate(pairs, cost.entry, site)) {
    if (!Array.isArray(pair) || pair.length !== 2) malformed('a dictionary', site)
    else map.set(pair[0] ?? null, pair[1] ?? null)
  }
  return map
}
const bytes: Builder = ([content], site) => {
  if (content === undefined) return new Uint8Array(0)
  if (content instanceof Uint8Array || content instanceof StoredBytes) return content
  if (typeof content === 'string' || content instanceof StoredText)
    return encodeLatin1(content, site)
  return malformed('a byte string', site)
}
/** Functions that may be named (as the default of a dictionary) but make nothing here. */
const inert: Builder = (_, site) => malformed('a plain value', site)

const reconstruct: Builder = ([base], site) => {
  if (!(base instanceof PickledName) || base.name !== 'numpy.ndarray') {
    return malformed('a NumPy array', site)
  }
  site.take(cost.array)
  return new PickledArray()
}

const fromBuffer: Builder = ([content, type, shape, order], site) => {
  if (!(type instanceof PickledType) || (order !== 'C' && order !== 'F')) {
    return malformed('a NumPy array', site)
  }
  site.take(cost.array)
  const array = new PickledArray()
  array.content = arrayContent(type.element, shape, content, order === 'F', site)
  return array
}

const dtype: Builder = ([code], site) => {
  const text = code instanceof Uint8Array ? Buffer.from(code).toString('latin1') : code
  if (typeof text !== 'string' || text.length > longestName) return malformed('a NumPy type', site)
  site.take(cost.set)
  return new PickledType(parseElementType(text, site.where))
}

const scalar: Builder = ([type, content], site) => {
  if (!(type instanceof PickledType) || content === undefined) {
    return malformed('a NumPy number', site)
  }
  const { kind } = type.element
  const source = byteSource(content, site)
  if (kind === 'object' || source.length !== type.element.bytes) {
    return malformed('a NumPy number', site)
  }
  if (source.length === 0) return ''
  site.copy(source.length)
  site.take(cost.text + source.length)
  const array = new StoredArray(type.element, [], source, false, site.where)
  if (array.isText) return array.toTexts()[0] ?? ''
  if (kind === 'int64' || kind === 'uint64') {
    const raw = Buffer.from(readAll(source))
    if (!type.element.littleEndian) raw.reverse()
    return plainInteger(kind === 'int64' ? raw.readBigInt64LE() : raw.readBigUInt64LE())
  }
  const value = array.toNumbers()[0] ?? 0
  return kind === 'bool' ? value !== 0 : value
}

const encode: Builder = ([text, encoding], site) => {
  const latin1 =
    typeof encoding === 'string' &&
    encoding.length <= longestName &&
    /^(latin[-_]?1|iso[-_]?8859[-_]1)$/i.test(encoding)
  if (!latin1 || (typeof text !== 'string' && !(text instanceof StoredText))) {
    return malformed('a byte string', site)
  }
  return encodeLatin1(text, site)
}

/** Everything that a pickle may name. Nothing of it runs Python: each is a few lines above. */
export const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, Builder][] => [
    [`${core}.multiarray._reconstruct`, reconstruct],
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
  ['numpy.ndarray', inert],
  ['numpy.dtype', dtype],
  ['_codecs.encode', encode],
  ['collections.OrderedDict', dictionary],
  ['collections.defaultdict', (_, site) => dictionary([], site)],
  ...['builtins', '__builtin__'].flatMap((builtins): [string, Builder][] => [
    [`${builtins}.list`, list],
    [`${builtins}.tuple`, list],
    [`${builtins}.set`, set],
    [`${builtins}.frozenset`, set],
    [`${builtins}.dict`, dictionary],
    [`${builtins}.bytes`, bytes],
    [`${builtins}.bytearray`, bytes],
    [`${builtins}.int`, inert],
    [`${builtins}.float`, inert],
    [`${builtins}.str`, inert],
    [`${builtins}.bool`, inert],
  ]),
])

/** Gives an array or a type, made before, the state that the pickle holds for it. */
export function applyState(object: PickleValue, state: PickleValue, site: BuildSite): void {
  if (object instanceof PickledArray && Array.isArray(state) && state.length === 5) {
    const [, shape, type, fortranOrder, content] = state
    if (!(type instanceof PickledType)) return void malformed('a NumPy array', site)
    object.content = arrayContent(type.element, shape, content, fortranOrder === true, site)
  } else if (object instanceof PickledType && Array.isArray(state) && state.length >= 8) {
    const [, order, subtype, fields] = state
    const known = order === '<' || order === '>' || order === '|' || order === '='
    if (!known || subtype !== null || fields !== null) {
      throw new LimbicError('structured NumPy types are not read', {
        where: site.where,
        hint: 'Save each field as an array of its own',
      })
    }
    object.element = { ...object.element, littleEndian: order !== '>' }
  } else {
    malformed('a NumPy array or type', site)
  }
}

function arrayContent(
  type: ElementType,
  shape: PickleValue | undefined,
  content: PickleValue | undefined,
  fortranOrder: boolean,
  site: BuildSite,
): NonNullable<PickledArray['content']> {
  if (!Array.isArray(shape) || shape.length > mostAxes || content === undefined) {
    return malformed('a NumPy array', site)
  }
  const extents = shape.map((extent) =>
    typeof extent === 'number' ? extent : malformed<number>('the shape of a NumPy array', site),
  )
  if (type.kind !== 'object') {
    const source = byteSource(content, site)
    const array = new StoredArray(type, extents, source, fortranOrder, site.where)
    return { kind: 'stored', array }
  }
  const count = extents.reduce((product, extent) => product * extent, 1)
  if (!Array.isArray(content) || content.length !== count) {
    return malformed('a NumPy array of objects', site)
  }
  return { kind: 'objects', shape: extents, items: content }
}

function byteSource(content: PickleValue, site: BuildSite): ByteSource {
  if (content instanceof StoredBytes) return content.source
  if (content instanceof Uint8Array) return new MemoryBytes(content)
  // Python 2 wrote bytes as its old kind of string, which is read here as Latin-1.
  if (typeof content === 'string' || content instanceof StoredText) {
    return byteSource(encodeLatin1(content, site), site)
  }
  return malformed('the bytes of a NumPy array', site)
}

function encodeLatin1(text: string | StoredText, site: BuildSite): Uint8Array | StoredBytes {
  site.copy(text.length)
  if (text instanceof StoredText) {
    return new StoredBytes(new Latin1Text(site.file, text.offset, text.length))
  }
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) malformed('a byte string', site)
  }
  site.take(cost.set + text.length)
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** A number where it holds the integer exactly, else the bigint. */
export function plainInteger(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** A long byte string at a place of the file. */
export function storedBytes(file: OpenFile, offset: number, length: number): StoredBytes {
  return new StoredBytes(new FileRegion(file, offset, length))
}

/** The items of a list or set, of which each copy takes some bytes. */
function iterate(items: PickleValue, bytesEach: number, site: BuildSite): Iterable<PickleValue> {
  if (!Array.isArray(items) && !(items instanceof Set)) return []
  const count = Array.isArray(items) ? items.length : items.size
  if (bytesEach > cost.place && count > largestMap) malformed('a set or dictionary', site)
  site.copy(count)
  site.take(bytesEach * count)
  return items
}

function malformed<Value = never>(what: string, { where }: BuildSite): Value {
  throw new LimbicError(`the pickle does not describe ${what} as NumPy and Python write it`, {
    where,
    hint: 'The file is damaged, or was not written by Python',
  })
}
