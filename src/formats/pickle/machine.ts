/** The stack machine that runs a pickle's instructions. */
import { LimbicError } from '../../base/errors.js'
import { type ByteSource, type FileBytes, FileRegion } from '../npy/index.js'
import { cost, largestMap, type PickleBudget } from './budget.js'
import {
  applyState,
  type BuildSite,
  builders,
  isHostile,
  joblibArray,
  newInlineArray,
} from './builders/index.js'
import type { Cursor } from './cursor.js'
import { instructions, stop } from './instructions.js'
import { decodeText } from './stored/text.js'
import type { ReadOptions } from './torch/options.js'
import { PickledName, PickledObject, type PickleValue } from './values.js'

export interface MachineOptions extends ReadOptions {
  /** Resolves a persistent id; undefined if it is unknown. */
  readonly persistent?: (id: PickleValue, site: Pick<BuildSite, 'where'>) => PickleValue | undefined
}

/** The stack machine that runs a pickle's instructions, without anything that could run code. */
export class PickleMachine {
  readonly cursor: Cursor
  readonly file: FileBytes
  /** The offset of the current instruction. */
  instruction = 0
  #stack: PickleValue[] = []
  readonly #marks: number[] = []
  /** The memo: entries in sequence, and entries under other numbers. */
  readonly #memo: PickleValue[] = []
  readonly #scattered = new Map<number, PickleValue>()
  readonly #options: MachineOptions
  readonly #budget: PickleBudget
  readonly #where = () => `${this.file.path}, byte ${this.instruction}`

  /** @param cursor stands at the pickle's first byte, and after its last once it has run */
  constructor(cursor: Cursor, options: MachineOptions) {
    this.file = cursor.file
    this.cursor = cursor
    this.#options = options
    this.#budget = options.budget
  }

  /** Runs the pickle's instructions to its end. @returns its value */
  run(): PickleValue {
    const { cursor } = this
    for (;;) {
      this.instruction = cursor.position
      const byte = cursor.byte()
      if (byte === stop) return this.pop()
      const carryOut = instructions.get(byte)
      if (carryOut === undefined) this.#unknown(byte)
      else carryOut(this)
    }
  }

  /** @param bytes of memory that the value takes besides its slot on the stack */
  push(value: PickleValue, bytes = 0): void {
    this.take(cost.place + bytes)
    this.#stack.push(value)
  }

  /** Counts memory before it is allocated. */
  take(bytes: number): void {
    this.#budget.take(bytes, this.#where)
  }

  /** Counts items or bytes that are about to be copied. */
  copy(count: number): void {
    if (!this.#budget.copy(count)) {
      this.fail('the pickle copies its values again and again', 'No program writes such a file')
    }
  }

  pop(): PickleValue {
    const value = this.#stack.length > this.#floor() ? this.#stack.pop() : undefined
    return value === undefined ? this.fail('the pickle takes a value where there is none') : value
  }

  peek(): PickleValue {
    const value = this.pop()
    this.#stack.push(value)
    return value
  }

  mark(): void {
    this.take(cost.place)
    this.#marks.push(this.#stack.length)
  }

  /** Takes all values above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) return this.fail('the pickle closes what it never opened')
    this.take(cost.list + cost.place * (this.#stack.length - mark))
    return this.#stack.splice(mark)
  }

  /** Drops the top value, or the mark if it is on top. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop()
    else this.pop()
  }

  remember(index = this.#memo.length + this.#scattered.size): void {
    const value = this.peek()
    const inTurn = index <= this.#memo.length
    this.take(inTurn ? cost.remembered : cost.scattered)
    if (inTurn) {
      this.#memo[index] = value
      this.#scattered.delete(index)
    } else this.#scattered.set(this.#fits(this.#scattered, index), value)
  }

  recall(index: number): void {
    const value = this.#memo[index] ?? this.#scattered.get(index)
    this.push(value === undefined ? this.fail('the pickle refers to a value it never made') : value)
  }

  append(items: readonly PickleValue[]): void {
    const list = this.peek()
    if (list instanceof PickledObject) return
    if (!Array.isArray(list)) this.fail('the pickle extends what is no list')
    else {
      this.take(cost.place * items.length + (list.length === 0 ? cost.firstItem : 0))
      for (const item of items) list.push(item)
    }
  }

  /** Byte string keys, as in files from Python 2, become text. */
  setItems(items: readonly PickleValue[]): void {
    const map = this.peek()
    if (map instanceof PickledObject) return
    if (!(map instanceof Map) || items.length % 2 === 1) {
      this.fail('the pickle sets entries of what is no dictionary')
    }
    this.take((cost.entry * items.length) / 2)
    for (let at = 0; at < items.length; at += 2) {
      const key = items[at] ?? null
      const text = key instanceof Uint8Array ? decodeText(key) : key
      map.set(this.#fits(map, text), items[at + 1] ?? null)
    }
  }

  addItems(items: readonly PickleValue[]): void {
    const set = this.peek()
    if (set instanceof PickledObject) return
    if (!(set instanceof Set)) this.fail('the pickle adds to what is no set')
    else {
      this.take(cost.member * items.length)
      for (const item of items) set.add(this.#fits(set, item))
    }
  }

  /** A Python function or class by its name. */
  name(module: string, name: string): void {
    if (isHostile(module, name)) this.refuse(`${module}.${name}`)
    this.push(new PickledName(`${module}.${name}`), cost.text + module.length + name.length)
  }

  stackName(): void {
    const [name, module] = [this.pop(), this.pop()]
    if (typeof name !== 'string' || typeof module !== 'string') this.fail('a name is no text')
    else this.name(module, name)
  }

  /** Builds the result of a known function; of any other, keeps only the name. */
  reduce(): void {
    const [args, callee] = [this.pop(), this.pop()]
    this.make(callee, args)
  }

  /** Builds an object of a class: see `reduce`. */
  make(callee: PickleValue, args: PickleValue): void {
    if (
      !(callee instanceof PickledName || callee instanceof PickledObject) ||
      !Array.isArray(args)
    ) {
      this.fail('the pickle calls what is no function')
    }
    const build = callee instanceof PickledName ? builders.get(callee.name) : undefined
    if (build !== undefined) this.push(build(args, this.site()))
    else if (callee.name === joblibArray) this.push(newInlineArray(this.site()))
    else this.keepName(callee.name)
  }

  /** An object that is not built. */
  keepName(name: string): void {
    this.push(new PickledObject(name.slice(0, 200), this.#where()), cost.list)
  }

  build(): void {
    const state = this.pop()
    if (!applyState(this.peek(), state, this.site())) {
      this.fail('the pickle does not describe an object as NumPy and Python write it')
    }
  }

  /** An object that is kept elsewhere, by its id. */
  persistent(id: PickleValue): void {
    const value = this.#options.persistent?.(id, this.site())
    if (value === undefined) this.keepName('an object kept outside of the pickle')
    else this.push(value, cost.array)
  }

  refuse(full: string): never {
    return this.fail(
      `the pickle asks for ${full.slice(0, 200)}, which could run a program`,
      'Nothing in it was run. No data need this: do not open the file with Python',
    )
  }

  fail(what: string, hint = 'The file is damaged, or not a pickle'): never {
    throw new LimbicError(what, { where: this.#where(), hint })
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  /** The key, if its dictionary or set has room for another. */
  #fits<Key>(holder: { readonly size: number }, key: Key): Key {
    if (holder.size >= largestMap) {
      this.fail(
        `more than ${largestMap} entries in one dictionary or set are not read`,
        'Divide it',
      )
    }
    return key
  }

  #unknown(byte: number): never {
    if (byte === 0 && this.#onlyZeros()) {
      return this.fail(
        'the rest of the pickle is zeros',
        'The download was cut short; download or copy it again',
      )
    }
    const shown = `0x${byte.toString(16).padStart(2, '0')}`
    return this.fail(`${shown} is not a pickle instruction`)
  }

  /** Whether the next bytes are zeros. */
  #onlyZeros(): boolean {
    const { cursor } = this
    const length = Math.min(64, this.file.length - cursor.position)
    return cursor.copy(cursor.position, length).every((byte) => byte === 0)
  }

  site(): BuildSite {
    const { file, cursor } = this
    return {
      file,
      where: this.#where(),
      take: (bytes) => this.take(bytes),
      copy: (count) => this.copy(count),
      inline: (length): ByteSource => new FileRegion(file, cursor.skip(length), length),
      nested: () => new PickleMachine(cursor, this.#options).run(),
      torch: (bytes) =>
        this.#options.torch({
          path: this.#where(),
          length: bytes.length,
          read: (position, target) => bytes.read(position, target),
        }),
    }
  }
}
