/** The opcodes of the pickle protocol. */

import { cost } from './budget.js'
import { plainInteger, storedBytes } from './builders/index.js'
import type { PickleMachine } from './machine.js'
import { oldInstructions, pushOldString } from './old-instructions.js'
import { type PickleValue, StoredText } from './values.js'

/** Byte strings longer than this stay in the file. */
const longBytes = 1 << 10
/** Texts longer than this stay in the file. */
const longText = 1 << 20
const longestInteger = 1 << 10

export type Instruction = (machine: PickleMachine) => void

/**
 * The instructions of pickle protocols 0 to 5 by their byte (Python's `pickletools` describes
 * each under the name at the end of its line).
 */
export const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  // Values.
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.cursor.byte())], // BININT1
  [0x4d, (m) => m.push(m.cursor.uint16())], // BININT2
  [0x4a, (m) => m.push(m.cursor.int32(), cost.number)], // BININT
  [0x8a, (m) => integer(m, m.cursor.byte())], // LONG1
  [0x8b, (m) => integer(m, m.cursor.uint32())], // LONG4
  [0x47, (m) => m.push(m.cursor.float64(), cost.number)], // BINFLOAT
  [0x8c, (m) => text(m, m.cursor.byte())], // SHORT_BINUNICODE
  [0x58, (m) => text(m, m.cursor.uint32())], // BINUNICODE
  [0x8d, (m) => text(m, m.cursor.uint64())], // BINUNICODE8
  [0x43, (m) => bytes(m, m.cursor.byte())], // SHORT_BINBYTES
  [0x42, (m) => bytes(m, m.cursor.uint32())], // BINBYTES
  [0x8e, (m) => bytes(m, m.cursor.uint64())], // BINBYTES8
  [0x96, (m) => bytes(m, m.cursor.uint64())], // BYTEARRAY8
  [0x55, (m) => oldString(m, m.cursor.byte())], // SHORT_BINSTRING
  [0x54, (m) => oldString(m, m.cursor.uint32())], // BINSTRING

  // Containers.
  [0x5d, (m) => m.push([], cost.list)], // EMPTY_LIST
  [0x7d, (m) => m.push(new Map(), cost.dictionary)], // EMPTY_DICT
  [0x29, (m) => m.push([], cost.list)], // EMPTY_TUPLE
  [0x8f, (m) => m.push(new Set(), cost.set)], // EMPTY_SET
  [0x28, (m) => m.mark()], // MARK
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x85, (m) => m.push([m.pop()], cost.list)], // TUPLE1
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse(), cost.list)], // TUPLE2
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse(), cost.list)], // TUPLE3
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x73, (m) => m.setItems([m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x90, (m) => m.addItems(m.popToMark())], // ADDITEMS
  [0x91, (m) => frozenSet(m, m.popToMark())], // FROZENSET

  // Stack and memory.
  [0x30, (m) => m.drop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.peek())], // DUP
  [0x71, (m) => m.remember(m.cursor.byte())], // BINPUT
  [0x72, (m) => m.remember(m.cursor.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x68, (m) => m.recall(m.cursor.byte())], // BINGET
  [0x6a, (m) => m.recall(m.cursor.uint32())], // LONG_BINGET
  [0x80, (m) => protocol(m, m.cursor.byte())], // PROTO
  [0x95, (m) => frame(m, m.cursor.uint64())], // FRAME

  // NumPy arrays and similar: only the functions in `builders`.
  [0x63, (m) => m.name(m.cursor.line(), m.cursor.line())], // GLOBAL
  [0x93, (m) => m.stackName()], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x62, (m) => m.build()], // BUILD

  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x92, (m) => newWithNames(m)], // NEWOBJ_EX

  // Protocols 0 and 1.
  ...oldInstructions,

  // Persistent ids, extension codes and out-of-band buffers.
  [0x50, (m) => m.persistent(m.cursor.line())], // PERSID
  [0x51, (m) => m.persistent(m.pop())], // BINPERSID
  [0x82, (m) => extension(m, m.cursor.byte())], // EXT1
  [0x83, (m) => extension(m, m.cursor.uint16())], // EXT2
  [0x84, (m) => extension(m, m.cursor.int32())], // EXT4
  [0x97, (m) => m.keepName('a buffer kept outside of the file')], // NEXT_BUFFER
  [0x98, (m) => void m.peek()], // READONLY_BUFFER
])

/** The byte of the instruction that ends a pickle. */
export const stop = 0x2e

function protocol(machine: PickleMachine, version: number): void {
  if (version > 5) machine.fail(`pickle protocol ${version} is not read, only 0 to 5`)
}

function frame(machine: PickleMachine, length: number): void {
  const { cursor, file } = machine
  if (cursor.position + length > file.length) {
    machine.fail(`a frame of ${length} bytes goes beyond the end of the file, which is cut short`)
  }
}

/** An integer of any size, least significant byte first, in two's complement. */
function integer(machine: PickleMachine, length: number): void {
  if (length > longestInteger) machine.fail(`an integer of ${length} bytes is not read`)
  const digits = machine.cursor.bytes(length).reverse().toString('hex')
  const value = BigInt.asIntN(8 * length, BigInt(`0x0${digits}`))
  machine.push(plainInteger(value), cost.number + length)
}

function text(machine: PickleMachine, length: number): void {
  const { cursor } = machine
  if (length > longText) machine.push(new StoredText(cursor.skip(length), length), cost.list)
  else machine.push(cursor.text(length), cost.text + length)
}

function bytes(machine: PickleMachine, length: number): void {
  const { cursor, file } = machine
  if (length > longBytes) machine.push(storedBytes(file, cursor.skip(length), length), cost.set)
  else machine.push(new Uint8Array(cursor.bytes(length)), cost.set + length)
}

/** Python 2's strings hold text or bytes: text if they are ASCII, else bytes. */
function oldString(machine: PickleMachine, length: number): void {
  const { cursor, file } = machine
  if (length > longBytes) machine.push(storedBytes(file, cursor.skip(length), length), cost.set)
  else pushOldString(machine, new Uint8Array(cursor.bytes(length)))
}

/** An object made with keyword arguments; no known class needs them. */
function newWithNames(machine: PickleMachine): void {
  machine.pop()
  machine.reduce()
}

function extension(machine: PickleMachine, code: number): void {
  machine.keepName(`the registered extension ${code}`)
}

function frozenSet(machine: PickleMachine, items: readonly PickleValue[]): void {
  const set = new Set<PickleValue>()
  machine.push(set, cost.set)
  machine.addItems(items)
}
