/** Parameters and moments in memory: two sets, so that a step reads one and writes the other. */
import { LimbicError } from '../../base/errors.js'
import { elementCount, type Parameter } from '../../graph/index.js'
import type { Value } from '../../runtime/session.js'
import type { Pack } from '../optimiser/packs.js'
import { ends, type StateEnd } from './ends.js'
import type { EndedGraph } from './graphs.js'

type Numbers = ReadonlyMap<StateEnd, Value>

/** The elements of every parameter and moment, by name. */
export type StateNumbers = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>

/**
 * Everything that a training step updates. Two sets of buffers, allocated once, alternate.
 */
export class TrainingState {
  /** Steps taken so far. */
  step = 0
  #current: Map<StateEnd, Value>
  #next: Map<StateEnd, Value>
  readonly #parameters: readonly Pick<Parameter, 'name' | 'shape' | 'memory'>[]
  /** Parameters that are stored in a pack. */
  readonly #members: ReadonlySet<StateEnd>
  readonly #packs: readonly Pack[]

  private constructor(parameters: readonly Parameter[], packs: readonly Pack[]) {
    this.#current = allocate(parameters, packs)
    this.#next = allocate(parameters, packs)
    this.#parameters = parameters
    this.#members = new Set(
      packs.flatMap(({ members }) =>
        members.map(({ parameter }) => ends.parameter(parameter.name)),
      ),
    )
    this.#packs = packs
  }

  /**
   * Initial parameters from a seed, with zero moments for those that are trained.
   *
   * @param given initial values in place of random ones, by parameter
   */
  static initial(
    { parameters, packs }: Pick<EndedGraph, 'parameters' | 'packs'>,
    seed: number,
    given: ReadonlyMap<string, Float32Array> = new Map(),
  ): TrainingState {
    const state = new TrainingState(parameters, packs)
    for (const { name, shape, initialiser } of parameters) {
      const values = state.parameter(name)
      const known = given.get(name)
      if (known) values.set(known)
      else initialiser.fill(values, shape, seed, name)
    }
    return state
  }

  /** The values that the step reads. */
  get current(): Numbers {
    return this.#current
  }

  /** The memory that the step writes, by output name. */
  target(outputs: ReadonlySet<string>): Map<string, Value> {
    const target = new Map<string, Value>()
    for (const [name, value] of this.#current) {
      if (this.#members.has(name)) continue
      const output = ends.next(name)
      // Values that no step writes share their memory in both sets.
      if (!outputs.has(output)) this.#next.set(name, value)
      else target.set(output, this.#next.get(name) as Value)
    }
    return target
  }

  /** Makes the values that the step wrote the current ones. */
  advance(): void {
    ;[this.#current, this.#next] = [this.#next, this.#current]
    this.step++
  }

  /** The elements of a parameter, in place. */
  parameter(name: string): Float32Array {
    return this.#numbers(this.#current, ends.parameter(name))
  }

  /** The elements of every parameter and moment, by name and in place, for checkpoints. */
  numbers(): Map<string, { shape: readonly number[]; data: Float32Array }> {
    const numbers = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const { name, shape } of this.#parameters) {
      numbers.set(ends.parameter(name), { shape, data: this.parameter(name) })
    }
    for (const { name, members } of this.#packs) {
      for (const kind of [ends.first, ends.second]) {
        const all = this.#numbers(this.#current, kind(name))
        for (const { parameter, offset } of members) {
          const data = all.subarray(offset, offset + elementCount(parameter.shape))
          numbers.set(kind(parameter.name), { shape: parameter.shape, data })
        }
      }
    }
    return numbers
  }

  /**
   * Restores saved values.
   *
   * @param step the number of steps taken
   * @param where the source, for messages
   * @throws LimbicError if they belong to another model
   */
  restore(kept: StateNumbers, step: number, where: string): void {
    for (const [name, { shape, data }] of this.numbers()) {
      const stored = kept.get(name)
      if (stored?.shape.join() !== shape.join()) {
        throw new LimbicError('the checkpoint belongs to another model', {
          where: `${where}, tensor "${name}"`,
          expected: `[${shape.join(', ')}]`,
          got: stored ? `[${stored.shape.join(', ')}]` : 'no such tensor',
        })
      }
      data.set(stored.data)
    }
    this.step = step
  }

  /** The shapes of all parameters of the model. */
  get shapes(): Map<string, readonly number[]> {
    const own = this.#parameters.filter(({ memory }) => !memory)
    return new Map(own.map(({ name, shape }) => [name, shape]))
  }

  /** Copies of all parameters of the model, such as the best so far. */
  snapshot(): Map<string, Float32Array> {
    return new Map([...this.shapes.keys()].map((name) => [name, this.parameter(name).slice()]))
  }

  #numbers(set: Numbers, name: StateEnd): Float32Array {
    const data = set.get(name)?.data
    if (!(data instanceof Float32Array)) throw new Error(`no state named ${name}`)
    return data
  }
}

/**
 * One set: each pack and its moments, the parameters as views of packs, and those outside any pack.
 */
function allocate(parameters: readonly Parameter[], packs: readonly Pack[]): Map<StateEnd, Value> {
  const values = new Map<StateEnd, Value>()
  const put = (name: StateEnd, shape: readonly number[], data: Float32Array) =>
    values.set(name, { dataType: 'float32', shape, data })
  for (const { name, size, members } of packs) {
    const memory = new Float32Array(size)
    put(ends.pack(name), [size], memory)
    for (const kind of [ends.first, ends.second]) put(kind(name), [size], new Float32Array(size))
    for (const { parameter, offset } of members) {
      const { shape } = parameter
      put(
        ends.parameter(parameter.name),
        shape,
        memory.subarray(offset, offset + elementCount(shape)),
      )
    }
  }
  for (const { name, shape } of parameters) {
    if (values.has(ends.parameter(name))) continue
    put(ends.parameter(name), shape, new Float32Array(elementCount(shape)))
  }
  return values
}
