/** Files of `torch.save` since 1.6: a zip archive of a pickle and of the numbers of each storage. */
import { LimbicError } from '../../../base/errors.js'
import { type FileBytes, readAll } from '../../npy/index.js'
import { readZipDirectory, readZipEntry, type ZipEntry } from '../../zip/zip.js'
import { storageById } from '../builders/index.js'
import { Cursor } from '../cursor.js'
import { PickleMachine } from '../machine.js'
import type { PickleValue } from '../values.js'
import type { ReadOptions } from './options.js'

/**
 * The value of such a file: tensors are read from the archive when they are used.
 *
 * @throws LimbicError if it is damaged
 */
export function readTorchZip(file: FileBytes, options: ReadOptions): PickleValue {
  const entries = new Map(readZipDirectory(file).map((entry) => [entry.name, entry]))
  const pickle = [...entries.keys()].find((name) => /(^|\/)data\.pkl$/.test(name))
  const entry = pickle === undefined ? undefined : entries.get(pickle)
  if (pickle === undefined || entry === undefined) {
    throw new LimbicError('no data.pkl in a file of torch.save', {
      where: file.path,
      hint: 'The file is damaged; copy or download it again',
    })
  }
  const prefix = pickle.slice(0, -'data.pkl'.length)
  const littleEndian = textOf(entries.get(`${prefix}byteorder`)) !== 'big'
  const source = readZipEntry(entry)
  const named: FileBytes = {
    path: `${file.path}, ${pickle}`,
    length: source.length,
    read: (position, target) => source.read(position, target),
  }
  const machine = new PickleMachine(new Cursor(named), {
    ...options,
    persistent: (id, site) => {
      const found = storageById(id, littleEndian, site)
      if (found === undefined) return undefined
      const { key, storage } = found
      const numbers = entries.get(`${prefix}data/${key}`)
      if (numbers === undefined) {
        throw new LimbicError('the numbers of a tensor are missing', {
          where: `${file.path}, ${prefix}data/${key.slice(0, 40)}`,
          hint: 'The file is damaged; copy or download it again',
        })
      }
      storage.place(() => readZipEntry(numbers))
      return storage
    },
  })
  return machine.run()
}

function textOf(entry: ZipEntry | undefined): string | undefined {
  if (entry === undefined || entry.length > 16) return undefined
  return Buffer.from(readAll(readZipEntry(entry)))
    .toString('latin1')
    .trim()
}
