/** Python pickles, and files of torch.save and joblib, read as data. */
import { LimbicError } from '../../base/errors.js'
import { closeOnFailure } from '../../disk/files.js'
import { describeKind, sniffOpen } from '../content/index.js'
import { type FileBytes, OpenFile } from '../npy/index.js'
import { PickleBudget } from './budget.js'
import { Cursor } from './cursor.js'
import { PickleMachine } from './machine.js'
import { readTorchLegacy } from './torch/legacy.js'
import type { ReadOptions } from './torch/options.js'
import { readTorchZip } from './torch/zip.js'
import type { PickleValue } from './values.js'

export { decodeText } from './stored/text.js'
export * from './values.js'

/** An open pickle. Arrays in it read from the file until it is closed. */
export interface PickleFile {
  readonly path: string
  readonly root: PickleValue
  /** Further pickles in the same file, as repeated calls of `pickle.dump` write them. */
  readonly more: readonly PickleValue[]
  close(): void
}

/** The most pickles read from one file. */
const mostInARow = 16

/**
 * Reads a Python pickle of protocol 0 to 5, a file of `torch.save` or of joblib, as data: NumPy
 * arrays, tensors, numbers, texts, bytes, lists, tuples, dictionaries and sets. Nothing in it is ever
 * run; of any other object, only the name of its class is kept. Long byte strings, such as the
 * contents of arrays, stay in the file and only their position is kept, so that files larger than
 * memory, and than 4 GiB, can be used; arrays are decoded on first use.
 *
 * @param source the path of the file, or the open file; it is closed on failure
 * @throws LimbicError naming the file and byte if the file is damaged, cut short or would run a
 * program; if it is not a pickle, saying what it is.
 */
export function openPickle(source: string | OpenFile): PickleFile {
  const file = typeof source === 'string' ? new OpenFile(source) : source
  const [root, ...more] = closeOnFailure(file, () => readValues(file))
  return { path: file.path, root: root ?? null, more, close: () => file.close() }
}

/**
 * The value of a pickle inside another file, such as NumPy writes for arrays of objects.
 *
 * @throws LimbicError as `openPickle` does
 */
export function readPickle(file: FileBytes): PickleValue {
  return new PickleMachine(new Cursor(file), optionsFor(file)).run()
}

function optionsFor(file: FileBytes): ReadOptions {
  const options: ReadOptions = {
    budget: new PickleBudget(file.length),
    torch: (bytes) => readTorchLegacy(bytes, options),
  }
  return options
}

function readValues(file: OpenFile): PickleValue[] {
  const options = optionsFor(file)
  const kind = sniffOpen(file)
  if (kind === 'torch') {
    const first = new Uint8Array(1)
    file.read(0, first)
    return [first[0] === 0x50 ? readTorchZip(file, options) : readTorchLegacy(file, options)]
  }
  if (kind === 'pickle' || kind === 'joblib') return readInARow(file, options)
  const { words, hint } = describeKind(kind)
  throw new LimbicError('is not a pickle', {
    where: `${file.path}, byte 0`,
    expected: 'a Python pickle, or a file of torch.save or joblib',
    got: words,
    hint,
  })
}

function readInARow(file: FileBytes, options: ReadOptions): PickleValue[] {
  const cursor = new Cursor(file)
  const values = [new PickleMachine(cursor, options).run()]
  while (values.length < mostInARow && cursor.position < file.length) {
    // Anything may follow; only a pickle that starts with a protocol opcode is read.
    if (cursor.copy(cursor.position, 1)[0] !== 0x80) break
    values.push(new PickleMachine(cursor, options).run())
  }
  return values
}
