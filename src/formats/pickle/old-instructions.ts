/** The instructions of pickle protocols 0 and 1, which later ones hardly use: values as lines of text. */
import { MemoryBytes } from '../npy/index.js'
import { cost } from './budget.js'
import { plainInteger } from './builders/index.js'
import type { PickleMachine } from './machine.js'
import { unescapeBytes, unescapeText } from './stored/escaped.js'
import { PickledName, type PickleValue, StoredBytes } from './values.js'

/** Strings whose line is longer than this stay in the file. */
const longLine = 1 << 12
const longestNumber = 2600

type OldInstruction = (machine: PickleMachine) => void

/** By opcode, like `instructions`. */
export const oldInstructions: readonly (readonly [byte: number, carryOut: OldInstruction])[] = [
  [0x49, (m) => integerOrBoolean(m)], // INT
  [0x4c, (m) => integer(m, numberLine(m).replace(/L$/, ''))], // LONG
  [0x46, (m) => real(m)], // FLOAT
  [0x53, (m) => escapedString(m)], // STRING
  [0x56, (m) => escapedText(m)], // UNICODE
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [0x64, (m) => dictionary(m)], // DICT
  [0x70, (m) => m.remember(index(m))], // PUT
  [0x67, (m) => m.recall(index(m))], // GET
  [0x69, (m) => instance(m)], // INST
  [0x6f, (m) => object(m)], // OBJ
]

/** Text if all bytes are ASCII, else bytes: the encoding is decided where they are used. */
export function pushOldString(machine: PickleMachine, bytes: Uint8Array): void {
  const ascii = bytes.every((byte) => byte < 0x80)
  if (ascii) machine.push(Buffer.from(bytes).toString('latin1'), cost.text + bytes.length)
  else machine.push(bytes, cost.set + bytes.length)
}

function numberLine(machine: PickleMachine): string {
  const { length, start } = machine.cursor.passLine()
  if (length > longestNumber) return machine.fail(`a number of ${length} digits is not read`)
  const line = machine.cursor.copy(start, length).toString('latin1')
  if (line.endsWith('\r')) {
    machine.fail(
      'the pickle has line ends of Windows',
      'It was copied as if it were text; copy it again as binary',
    )
  }
  return line
}

function integerOrBoolean(machine: PickleMachine): void {
  const line = numberLine(machine)
  if (line === '01' || line === '00') machine.push(line === '01')
  else integer(machine, line)
}

function integer(machine: PickleMachine, digits: string): void {
  if (!/^\s*[+-]?\d+\s*$/.test(digits)) machine.fail('a number is none')
  machine.push(plainInteger(BigInt(digits.trim())), cost.number + digits.length)
}

const namedReals: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
])

function real(machine: PickleMachine): void {
  const line = numberLine(machine).trim()
  const value = namedReals.get(line.toLowerCase().replace('+', '')) ?? Number(line)
  if (line === '' || (Number.isNaN(value) && line.toLowerCase() !== 'nan')) {
    machine.fail('a number is none')
  }
  machine.push(value, cost.number)
}

function index(machine: PickleMachine): number {
  const line = numberLine(machine)
  const value = Number(line)
  return /^\d+$/.test(line) && Number.isSafeInteger(value)
    ? value
    : machine.fail('the pickle remembers under what is no number')
}

/** A string of Python 2; a long one, such as an array's contents, is read on demand. */
function escapedString(machine: PickleMachine): void {
  const { cursor } = machine
  const { start, length } = cursor.passLine()
  const decode = (): Uint8Array => {
    machine.take(cost.set + length)
    const line = cursor.copy(start, length)
    return unescapeBytes(line) ?? machine.fail('a string is not written as Python writes it')
  }
  if (length > longLine) {
    machine.push(new StoredBytes(() => new MemoryBytes(decode())), cost.set)
  } else pushOldString(machine, decode())
}

function escapedText(machine: PickleMachine): void {
  const { cursor } = machine
  const { start, length } = cursor.passLine()
  machine.take(cost.text + 2 * length)
  const text = unescapeText(cursor.copy(start, length))
  machine.push(text ?? machine.fail('a text is not written as Python writes it'))
}

function dictionary(machine: PickleMachine): void {
  const items = machine.popToMark()
  machine.push(new Map(), cost.dictionary)
  machine.setItems(items)
}

/** An object of a class, with its arguments above the mark. */
function instance(machine: PickleMachine): void {
  const [module, name] = [machine.cursor.line(), machine.cursor.line()]
  const args = machine.popToMark()
  machine.name(module, name)
  machine.make(machine.pop(), args)
}

function object(machine: PickleMachine): void {
  const [callee, ...args]: PickleValue[] = machine.popToMark()
  if (callee instanceof PickledName) machine.make(callee, args)
  else machine.fail('the pickle calls what is no function')
}
