/** Parameters and moments in memory: twice what a step writes, so that it reads one and writes the other. */
import { LimbicError } from '../../base/errors.js'
import { elementCount, type Parameter } from '../../graph/index.js'
import type { Value } from '../../runtime/session.js'
import type { Pack } from '../optimiser/packs.js'
import type { EndedGraph } from './ended-graph.js'
import { ends, type StateEnd } from './ends.js'

type Numbers = ReadonlyMap<StateEnd, Value>

/** The elements of every parameter and moment, by name. */
export type StateNumbers = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>

/** What one session writes of a state. */
export interface StateWriter {
  /** The memory to write, by output name. */
  target(): Map<string, Value>
  /** Makes what was written the current values. */
  advance(): void
}

/**
 * Everything that a training step updates. What a session writes has two buffers, allocated once,
 * which alternate.
 */
export class TrainingState {
  /** Steps taken so far. */
  step = 0
  readonly #current: Map<StateEnd, Value>
  readonly #parameters: readonly Pick<Parameter, 'name' | 'shape' | 'memory'>[]
  readonly #packs: readonly Pack[]

  private constructor(parameters: readonly Parameter[], packs: readonly Pack[], sums: boolean) {
    this.#current = allocate(parameters, packs)
    this.#parameters = parameters
    this.#packs = packs
    if (!sums) return
    for (const { name, size } of packs) this.#current.set(ends.sum(name), floats([size]))
  }

  /**
   * Initial parameters from a seed, with zero moments for those that are trained.
   *
   * @param given initial values in place of random ones, by parameter
   * @param sums whether gradients are added up over batches: their sums are no part of a checkpoint
   */
  static initial(
    { parameters, packs }: Pick<EndedGraph, 'parameters' | 'packs'>,
    seed: number,
    given: ReadonlyMap<string, Float32Array> = new Map(),
    sums = false,
  ): TrainingState {
    const state = new TrainingState(parameters, packs, sums)
    for (const { name, shape, initialiser } of parameters) {
      const values = state.parameter(name)
      const known = given.get(name)
      if (known) values.set(known)
      else initialiser.fill(values, shape, seed, name)
    }
    return state
  }

  /** The values that a session reads. */
  get current(): Numbers {
    return this.#current
  }

  /**
   * The second buffers of what a session writes.
   *
   * @param outputs the names of its outputs
   */
  writer(outputs: ReadonlySet<string>): StateWriter {
    const written = <Item>(items: readonly Item[], end: (item: Item) => StateEnd) =>
      items.filter((item) => outputs.has(ends.next(end(item))))
    const packs = this.#packs
    const members = new Set(
      packs.flatMap(({ members }) => members.map(({ parameter }) => parameter.name)),
    )
    const next = allocate(
      written(this.#parameters, ({ name }) => ends.parameter(name)).filter(
        ({ name }) => !members.has(name),
      ),
      written(packs, ({ name }) => ends.pack(name)),
    )
    for (const { name, size } of written(packs, ({ name }) => ends.sum(name))) {
      next.set(ends.sum(name), floats([size]))
    }
    const names = [...next.keys()].filter((name) => outputs.has(ends.next(name)))
    return {
      target: () => new Map(names.map((name) => [ends.next(name), valueIn(next, name)])),
      advance: () => {
        for (const name of next.keys()) {
          const value = valueIn(next, name)
          next.set(name, valueIn(this.#current, name))
          this.#current.set(name, value)
        }
      },
    }
  }

  /** The elements of a parameter, in place. */
  parameter(name: string): Float32Array {
    return numbersIn(this.#current, ends.parameter(name))
  }

  /** The elements of every parameter and moment, by name and in place, for checkpoints. */
  numbers(): Map<string, { shape: readonly number[]; data: Float32Array }> {
    const numbers = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const { name, shape } of this.#parameters) {
      numbers.set(ends.parameter(name), { shape, data: this.parameter(name) })
    }
    for (const { name, members } of this.#packs) {
      for (const kind of [ends.first, ends.second]) {
        const all = numbersIn(this.#current, kind(name))
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
}

function valueIn(set: Numbers, name: StateEnd): Value {
  const value = set.get(name)
  if (!value) throw new Error(`no state named ${name}`)
  return value
}

function numbersIn(set: Numbers, name: StateEnd): Float32Array {
  const { data } = valueIn(set, name)
  if (!(data instanceof Float32Array)) throw new Error(`the state ${name} is not of floats`)
  return data
}

function floats(shape: readonly number[], data = new Float32Array(elementCount(shape))): Value {
  return { dataType: 'float32', shape, data }
}

/**
 * One set: each pack and its moments, the parameters as views of packs, and those outside any pack.
 */
function allocate(
  parameters: readonly Pick<Parameter, 'name' | 'shape'>[],
  packs: readonly Pack[],
): Map<StateEnd, Value> {
  const values = new Map<StateEnd, Value>()
  for (const { name, size, members } of packs) {
    const memory = new Float32Array(size)
    values.set(ends.pack(name), floats([size], memory))
    for (const kind of [ends.first, ends.second]) values.set(kind(name), floats([size]))
    for (const { parameter, offset } of members) {
      const { shape } = parameter
      const view = memory.subarray(offset, offset + elementCount(shape))
      values.set(ends.parameter(parameter.name), floats(shape, view))
    }
  }
  for (const { name, shape } of parameters) {
    if (values.has(ends.parameter(name))) continue
    values.set(ends.parameter(name), floats(shape))
  }
  return values
}
