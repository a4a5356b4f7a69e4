import { LimbicError } from '../../base/errors.js'
import { closeOnFailure } from '../../disk/files.js'
import { OpenFile } from '../npy/index.js'
import { instructions, stop } from './instructions.js'
import { PickleMachine } from './machine.js'
import type { PickleValue } from './values.js'

export * from './values.js'

const protocolInstruction = 0x80

/** An open pickle. Arrays in it read from the file until it is closed. */
export interface PickleFile {
  readonly path: string
  readonly root: PickleValue
  close(): void
}

/**
 * Reads a Python pickle of protocol 2 to 5 as data: NumPy arrays, numbers, texts, bytes, lists,
 * tuples, dictionaries and sets. Nothing in it is ever run. Long byte strings, such as the
 * contents of arrays, are not read but remembered by their place, so that files larger than
 * memory, and than 4 GiB, can be used.
 *
 * @throws LimbicError naming the file and byte for anything else: other classes and functions (by
 * name), a damaged or shortened file, a file that is no pickle.
 */
export function openPickle(path: string): PickleFile {
  const file = new OpenFile(path)
  const root = closeOnFailure(file, () => run(file))
  return { path, root, close: () => file.close() }
}

function run(file: OpenFile): PickleValue {
  const machine = new PickleMachine(file)
  const { cursor } = machine
  if (file.length < 2 || cursor.byte() !== protocolInstruction) {
    throw new LimbicError('is no pickle of protocol 2 to 5', {
      where: `${file.path}, byte 0`,
      hint: 'Save it with pickle.dump(data, file, protocol=4)',
    })
  }
  instructions.get(protocolInstruction)?.(machine)
  for (;;) {
    machine.instruction = cursor.position
    const byte = cursor.byte()
    if (byte === stop) return machine.pop()
    const carryOut = instructions.get(byte)
    if (carryOut === undefined) {
      const shown = `0x${byte.toString(16).padStart(2, '0')}`
      return machine.fail(`${shown} is no instruction of pickle protocols 2 to 5`)
    }
    carryOut(machine)
  }
}
