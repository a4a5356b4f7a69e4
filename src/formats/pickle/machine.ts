import { LimbicError } from '../../base/errors.js'
import type { OpenFile } from '../npy/index.js'
import { cost, largestMap, PickleBudget } from './budget.js'
import { applyState, type BuildSite, builders } from './builders.js'
import { Cursor } from './cursor.js'
import { PickledName, type PickleValue } from './values.js'

/** The stack machine that a pickle is a program for, less everything that could run code. */
export class PickleMachine {
  readonly cursor: Cursor
  readonly file: OpenFile
  /** Offset of the instruction being carried out. */
  instruction = 0
  #stack: PickleValue[] = []
  readonly #marks: number[] = []
  /** What is remembered in turn, and what is remembered under other numbers. */
  readonly #memo: PickleValue[] = []
  readonly #scattered = new Map<number, PickleValue>()
  readonly #budget: PickleBudget
  readonly #where = () => `${this.file.path}, byte ${this.instruction}`

  constructor(file: OpenFile) {
    this.file = file
    this.cursor = new Cursor(file)
    this.#budget = new PickleBudget(file.length)
  }

  /** @param bytes of memory that the value takes besides its place */
  push(value: PickleValue, bytes = 0): void {
    this.take(cost.place + bytes)
    this.#stack.push(value)
  }

  /** Counts memory that is about to be taken. */
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
    if (!Array.isArray(list)) this.fail('the pickle extends what is no list')
    else {
      this.take(cost.place * items.length + (list.length === 0 ? cost.firstItem : 0))
      for (const item of items) list.push(item)
    }
  }

  setItems(items: readonly PickleValue[]): void {
    const map = this.peek()
    if (!(map instanceof Map) || items.length % 2 === 1) {
      this.fail('the pickle sets entries of what is no dictionary')
    }
    this.take((cost.entry * items.length) / 2)
    for (let at = 0; at < items.length; at += 2) {
      map.set(this.#fits(map, items[at] ?? null), items[at + 1] ?? null)
    }
  }

  addItems(items: readonly PickleValue[]): void {
    const set = this.peek()
    if (!(set instanceof Set)) this.fail('the pickle adds to what is no set')
    else {
      this.take(cost.member * items.length)
      for (const item of items) set.add(this.#fits(set, item))
    }
  }

  /** A Python function or class by its name, if it is one of the few that are understood. */
  name(module: string, name: string): void {
    const full = `${module}.${name}`
    if (!builders.has(full)) this.refuse(full)
    this.push(new PickledName(full))
  }

  stackName(): void {
    const [name, module] = [this.pop(), this.pop()]
    if (typeof name !== 'string' || typeof module !== 'string') this.fail('a name is no text')
    else this.name(module, name)
  }

  /** Builds what a call of a known function would have made. */
  reduce(): void {
    const [args, callee] = [this.pop(), this.pop()]
    const build = callee instanceof PickledName ? builders.get(callee.name) : undefined
    if (build === undefined || !Array.isArray(args)) {
      this.fail('the pickle calls what is no function')
    }
    this.push(build(args, this.#site()))
  }

  build(): void {
    const state = this.pop()
    applyState(this.peek(), state, this.#site())
  }

  refuse(full: string): never {
    return this.fail(
      `the pickle asks for ${full.slice(0, 200)}, which is not read`,
      'Only NumPy arrays and plain containers are read, and nothing is run; save the data as such',
    )
  }

  fail(what: string, hint = 'The file is damaged, or no pickle'): never {
    throw new LimbicError(what, { where: this.#where(), hint })
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  /** The key, if what it goes into has room for another. */
  #fits<Key>(holder: { readonly size: number }, key: Key): Key {
    if (holder.size >= largestMap) {
      this.fail(
        `more than ${largestMap} entries in one dictionary or set are not read`,
        'Divide it',
      )
    }
    return key
  }

  #site(): BuildSite {
    return {
      file: this.file,
      where: this.#where(),
      take: (bytes) => this.take(bytes),
      copy: (count) => this.copy(count),
    }
  }
}
