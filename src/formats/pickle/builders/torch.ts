/** PyTorch tensors: views of storages. */
import { type ElementType, type NumberName, StoredArray } from '../../npy/index.js'
import { cost } from '../budget.js'
import { PickledArray, PickledName, PickledStorage, type PickleValue } from '../values.js'
import { type Builder, type BuildSite, byteSource, malformed, readShape } from './site.js'

/** The kinds of storages by the name of their class, and of their dtype. */
const kinds: readonly (readonly [
  storage: string,
  dtype: string,
  kind: NumberName,
  bytes: number,
])[] = [
  ['FloatStorage', 'float32', 'float32', 4],
  ['DoubleStorage', 'float64', 'float64', 8],
  ['HalfStorage', 'float16', 'float16', 2],
  ['BFloat16Storage', 'bfloat16', 'bfloat16', 2],
  ['LongStorage', 'int64', 'int64', 8],
  ['IntStorage', 'int32', 'int32', 4],
  ['ShortStorage', 'int16', 'int16', 2],
  ['CharStorage', 'int8', 'int8', 1],
  ['ByteStorage', 'uint8', 'uint8', 1],
  ['UntypedStorage', 'uint8', 'uint8', 1],
  ['BoolStorage', 'bool', 'bool', 1],
  ['UInt16Storage', 'uint16', 'uint16', 2],
  ['UInt32Storage', 'uint32', 'uint32', 4],
  ['UInt64Storage', 'uint64', 'uint64', 8],
]

/** The type of a storage's elements by its class, such as `torch.FloatStorage`; undefined if not read. */
export function storageType(name: string, littleEndian: boolean): ElementType | undefined {
  const short = name.replace(/^torch\.(storage\.|cuda\.)?_?/, '')
  const found = kinds.find(([storage]) => storage === short)
  return found && { kind: found[2], bytes: found[3], littleEndian }
}

function dtypeType(name: string, littleEndian: boolean): ElementType | undefined {
  const found = kinds.find(([, dtype]) => `torch.${dtype}` === name)
  return found && { kind: found[2], bytes: found[3], littleEndian }
}

/** `storage, offset, shape, strides, ...`, and since version 3 the dtype after two more. */
const tensor: Builder = ([storage, offset, shape, strides, , , dtype], site) => {
  const extents = readShape(shape, site)
  const steps = readShape(strides, site)
  const whole = [offset, ...extents, ...steps].every(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  )
  if (!(storage instanceof PickledStorage) || !whole || extents.length !== steps.length) {
    return malformed('a tensor', site)
  }
  site.take(cost.array)
  const type =
    dtype instanceof PickledName
      ? dtypeType(dtype.name, storage.element.littleEndian)
      : storage.element
  if (type === undefined) return malformed('a tensor', site)
  const array = new PickledArray()
  const layout = { strides: steps, offset: Number(offset) }
  array.describe(extents, () => {
    const { bytes } = storage
    if (bytes === undefined) return malformed('the numbers of a tensor', site)
    return { kind: 'stored', array: new StoredArray(type, extents, bytes, layout, site.where) }
  })
  return array
}

/** Classes that wrap a tensor; only the tensor is kept. */
const first: Builder = ([value], site) =>
  value instanceof PickledArray ? value : malformed('a tensor', site)

const size: Builder = ([extents], site) => [...readShape(extents, site)]

export const torchBuilders: readonly (readonly [name: string, build: Builder])[] = [
  ['torch._utils._rebuild_tensor', tensor],
  ['torch._utils._rebuild_tensor_v2', (args, site) => tensor(args.slice(0, 6), site)],
  ['torch._utils._rebuild_tensor_v3', tensor],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch._utils._rebuild_device_tensor_from_numpy', first],
  ['torch.Size', size],
  [
    'torch.storage._load_from_bytes',
    ([content], site) =>
      content === undefined ? malformed('a tensor', site) : site.torch(byteSource(content, site)),
  ],
  [
    'torch._tensor._rebuild_from_type_v2',
    ([build, , args], site) => {
      const found =
        build instanceof PickledName && Array.isArray(args)
          ? torchBuilders.find(([name]) => name === build.name)
          : undefined
      if (found === undefined || !Array.isArray(args)) return malformed('a tensor', site)
      return found[1](args, site)
    },
  ],
]

/**
 * A storage by what torch writes in its place: `storage`, its class, its key, where it was, and how
 * many elements it has.
 *
 * @returns undefined if the id is not that of a storage, or its class is unsupported
 */
export function storageById(
  id: PickleValue,
  littleEndian: boolean,
  site: Pick<BuildSite, 'where'>,
): { readonly key: string; readonly storage: PickledStorage } | undefined {
  if (!Array.isArray(id) || id[0] !== 'storage') return undefined
  const [, type, key, , count] = id
  if (!(type instanceof PickledName) || typeof count !== 'number' || count < 0) return undefined
  const element = storageType(type.name, littleEndian)
  if (element === undefined || (typeof key !== 'string' && typeof key !== 'number'))
    return undefined
  if (!Number.isSafeInteger(count)) return malformed('a tensor', site)
  return { key: `${key}`, storage: new PickledStorage(element, count) }
}
