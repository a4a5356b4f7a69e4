/** NumPy's arrays, dtypes and scalars. */
import { elementAt } from '../../../base/lookup.js'
import { type ArrayLayout, readAll, rowStrides, StoredArray } from '../../npy/index.js'
import { cost } from '../budget.js'
import {
  type ArrayContent,
  PickledArray,
  PickledName,
  PickledObject,
  PickledType,
  type PickleValue,
} from '../values.js'
import {
  type Builder,
  type BuildSite,
  byteSource,
  malformed,
  plainInteger,
  readShape,
} from './site.js'

/** More than the length of any dtype name. */
const longestName = 64

/** Arrays of any subclass, such as matrices, which have the same contents. */
const reconstruct: Builder = ([base], site) => {
  if (!(base instanceof PickledName)) return malformed('a NumPy array', site)
  site.take(cost.array)
  return new PickledArray()
}

const fromBuffer: Builder = ([content, type, shape, order, axes], site) => {
  const extents = readShape(shape, site)
  const layout = orderOf(extents, order, axes, site)
  if (!(type instanceof PickledType) || content === undefined) {
    return malformed('a NumPy array', site)
  }
  site.take(cost.array)
  const array = new PickledArray()
  describeArray(array, type, layout.shape, content, layout.layout, site)
  return array
}

/**
 * How a buffer becomes an array: in C or Fortran order, or (`K`, since NumPy 2.3) in C order with
 * its axes then permuted.
 */
function orderOf(
  shape: readonly number[],
  order: PickleValue | undefined,
  axes: PickleValue | undefined,
  site: BuildSite,
): { readonly shape: readonly number[]; readonly layout: ArrayLayout } {
  if (order === 'C' || order === 'F') return { shape, layout: order }
  if (order !== 'K') return malformed('a NumPy array', site)
  if (!Array.isArray(axes)) return { shape, layout: 'C' }
  const changed = axes.filter((axis) => typeof axis === 'number')
  const isOrder = [...changed].sort().join() === [...shape.keys()].sort().join()
  if (changed.length !== axes.length || !isOrder) return malformed('a NumPy array', site)
  const strides = rowStrides(shape)
  const pick = (values: readonly number[]) => changed.map((axis) => elementAt(values, axis, 'axis'))
  return { shape: pick(shape), layout: { strides: pick(strides), offset: 0 } }
}

const dtype: Builder = ([code], site) => {
  const text = code instanceof Uint8Array ? Buffer.from(code).toString('latin1') : code
  site.take(cost.array)
  // A class of elements, or a type made of others: what it is shows where it is used.
  if (text instanceof PickledName)
    return new PickledType(text.name.slice(0, longestName), site.where)
  if (typeof text !== 'string' || text.length > longestName) return malformed('a NumPy type', site)
  return new PickledType(text, site.where)
}

const scalar: Builder = ([type, content], site) => {
  if (!(type instanceof PickledType) || content === undefined) {
    return malformed('a NumPy number', site)
  }
  if (/^[<>|=]?O/.test(type.code)) return content
  if (/^[<>|=]?[cmMVgG]|f16/.test(type.code)) {
    return new PickledObject(`numpy scalar of type ${type.code}`, site.where)
  }
  const { kind, bytes, littleEndian } = type.element
  const source = byteSource(content, site)
  if (source.length !== bytes) return malformed('a NumPy number', site)
  site.copy(source.length)
  site.take(cost.text + source.length)
  if (source.length === 0) return ''
  const array = new StoredArray(type.element, [], source, 'C', site.where)
  if (array.isText) return array.toTexts()[0] ?? ''
  if (kind === 'int64' || kind === 'uint64') {
    const raw = Buffer.from(readAll(source))
    if (!littleEndian) raw.reverse()
    return plainInteger(kind === 'int64' ? raw.readBigInt64LE() : raw.readBigUInt64LE())
  }
  const value = array.toNumbers()[0] ?? 0
  return kind === 'bool' ? value !== 0 : value
}

/** NumPy 2 renamed its core module. */
export const numpyBuilders: readonly (readonly [name: string, build: Builder])[] = [
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, Builder][] => [
    [`${core}.multiarray._reconstruct`, reconstruct],
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
  ['numpy.dtype', dtype],
]

/** Sets the state of an array or a type from the pickle. */
export function applyNumpyState(
  object: PickledArray | PickledType,
  state: PickleValue,
  site: BuildSite,
): void {
  if (object instanceof PickledType) applyTypeState(object, state, site)
  else if (Array.isArray(state) && state.length === 5) {
    const [, shape, type, fortranOrder, content] = state
    if (!(type instanceof PickledType) || content === undefined) {
      return void malformed('a NumPy array', site)
    }
    const extents = readShape(shape, site)
    describeArray(object, type, extents, content, fortranOrder === true ? 'F' : 'C', site)
  } else malformed('a NumPy array or type', site)
}

function applyTypeState(type: PickledType, state: PickleValue, site: BuildSite): void {
  if (!Array.isArray(state) || state.length < 8) {
    return void malformed('a NumPy array or type', site)
  }
  const [, given, subtype, fields] = state
  const order = given instanceof Uint8Array ? Buffer.from(given).toString('latin1') : given
  const known = order === '<' || order === '>' || order === '|' || order === '='
  type.structured = !known || subtype !== null || fields !== null
  type.littleEndian = order !== '>'
}

/** Sets an array's contents; whether its bytes fit its shape is checked on use. */
export function describeArray(
  array: PickledArray,
  type: PickledType,
  shape: readonly number[],
  content: PickleValue,
  layout: ArrayLayout,
  site: BuildSite,
): void {
  array.describe(shape, () => arrayContent(type, shape, content, layout, site))
}

function arrayContent(
  type: PickledType,
  shape: readonly number[],
  content: PickleValue,
  layout: ArrayLayout,
  site: BuildSite,
): ArrayContent {
  const { element } = type
  if (element.kind !== 'object') {
    const array = new StoredArray(element, shape, byteSource(content, site), layout, site.where)
    return { kind: 'stored', array }
  }
  const count = shape.reduce((product, extent) => product * extent, 1)
  if (!Array.isArray(content) || content.length !== count) {
    return malformed('a NumPy array of objects', site)
  }
  return { kind: 'objects', shape, items: content }
}
