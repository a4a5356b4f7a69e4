import { LimbicError } from '../../base/errors.js'
import type { OpenFile } from '../npy/index.js'
import { applyState, type BuildSite, builders } from './builders.js'
import { Cursor } from './cursor.js'
import { PickledName, type PickleValue } from './values.js'

/** Far beyond what any data set needs; keeps a damaged file from filling the memory. */
const largestStack = 1 << 26

/** The stack machine that a pickle is a program for, less everything that could run code. */
export class PickleMachine {
  readonly cursor: Cursor
  readonly file: OpenFile
  /** Offset of the instruction being carried out. */
  instruction = 0
  #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()

  constructor(file: OpenFile) {
    this.file = file
    this.cursor = new Cursor(file)
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= largestStack) this.fail('the pickle stacks up too many values')
    this.#stack.push(value)
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
    if (this.#marks.length >= largestStack) this.fail('the pickle stacks up too many values')
    this.#marks.push(this.#stack.length)
  }

  /** Takes all values above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) return this.fail('the pickle closes what it never opened')
    return this.#stack.splice(mark)
  }

  /** Drops the top value, or the mark if it is on top. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop()
    else this.pop()
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.peek())
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    this.push(value === undefined ? this.fail('the pickle refers to a value it never made') : value)
  }

  append(items: readonly PickleValue[]): void {
    const list = this.peek()
    if (!Array.isArray(list)) this.fail('the pickle extends what is no list')
    else for (const item of items) list.push(item)
  }

  setItems(items: readonly PickleValue[]): void {
    const map = this.peek()
    if (!(map instanceof Map) || items.length % 2 === 1) {
      this.fail('the pickle sets entries of what is no dictionary')
    }
    for (let at = 0; at < items.length; at += 2) map.set(items[at] ?? null, items[at + 1] ?? null)
  }

  addItems(items: readonly PickleValue[]): void {
    const set = this.peek()
    if (!(set instanceof Set)) this.fail('the pickle adds to what is no set')
    else for (const item of items) set.add(item)
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
    throw new LimbicError(what, { where: `${this.file.path}, byte ${this.instruction}`, hint })
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  #site(): BuildSite {
    return { file: this.file, where: `${this.file.path}, byte ${this.instruction}` }
  }
}
