/** Files of `torch.save` before 1.6, and tensors inside other pickles: pickles in a row, then numbers. */
import { type FileBytes, FileRegion } from '../../npy/index.js'
import { storageById } from '../builders/index.js'
import { Cursor } from '../cursor.js'
import { PickleMachine } from '../machine.js'
import type { PickledStorage, PickleValue } from '../values.js'
import type { ReadOptions } from './options.js'

/**
 * The value of such a file (torch's `serialization.py`, `_legacy_save`): a magic number, a version,
 * and facts of the machine are pickles of their own, then comes the value, the keys of the storages
 * as a list, and for each key the number of elements (64 bits) and the elements.
 *
 * @throws LimbicError if it is damaged
 */
export function readTorchLegacy(file: FileBytes, options: ReadOptions): PickleValue {
  const cursor = new Cursor(file)
  const storages = new Map<string, PickledStorage>()
  const next = () => new PickleMachine(cursor, options).run()
  next()
  next()
  const machine = next()
  const littleEndian = !(machine instanceof Map && machine.get('little_endian') === false)
  const main = new PickleMachine(cursor, {
    ...options,
    persistent: (id, site) => {
      const found = storageById(id, littleEndian, site)
      if (found === undefined) return undefined
      const known = storages.get(found.key)
      if (known !== undefined) return known
      storages.set(found.key, found.storage)
      return found.storage
    },
  })
  const value = main.run()
  const keys = next()
  if (!Array.isArray(keys)) return main.fail('no list of storages follows in a file of torch.save')
  for (const key of keys) {
    const storage = storages.get(`${key}`)
    const count = cursor.uint64()
    if (storage === undefined || count !== storage.size) {
      return main.fail('the numbers of a tensor are not as many as the file says')
    }
    const length = count * storage.element.bytes
    const region = new FileRegion(file, cursor.skip(length), length)
    storage.place(() => region)
  }
  return value
}
