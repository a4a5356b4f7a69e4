/** Parameters and moments in memory: two sets, so that a step reads one and writes the other. */
import type { Parameter } from '../graph/graph.js'
import type { Value } from '../runtime/session.js'
import { ends } from './graphs.js'

type Numbers = ReadonlyMap<string, Value>

/** All that a training step changes. Two sets of memory take turns; nothing is allocated later. */
export class TrainingState {
  /** Steps taken so far. */
  step = 0
  #current: Map<string, Value>
  #next: Map<string, Value>

  private constructor(current: Map<string, Value>, next: Map<string, Value>) {
    this.#current = current
    this.#next = next
  }

  /**
   * Fresh parameters from a seed, with moments of zero.
   *
   * @param given numbers to begin with in place of fresh ones, by parameter
   */
  static initial(
    parameters: readonly Parameter[],
    seed: number,
    given: ReadonlyMap<string, Float32Array> = new Map(),
  ): TrainingState {
    const allocate = () => {
      const values = new Map<string, Value>()
      for (const { name, shape, trainable } of parameters) {
        const kinds = trainable ? [ends.parameter, ends.first, ends.second] : [ends.parameter]
        for (const kind of kinds) {
          const count = shape.reduce((product, size) => product * size, 1)
          values.set(kind + name, { dataType: 'float32', shape, data: new Float32Array(count) })
        }
      }
      return values
    }
    const state = new TrainingState(allocate(), allocate())
    for (const { name, shape, initialiser } of parameters) {
      const values = state.parameter(name)
      const known = given.get(name)
      if (known) values.set(known)
      else initialiser.fill(values, shape, seed, name)
    }
    return state
  }

  /** What the step reads. */
  get current(): Numbers {
    return this.#current
  }

  /** Where the step writes, under the names of the graph's outputs. */
  target(outputs: ReadonlySet<string>): Map<string, Value> {
    const target = new Map<string, Value>()
    for (const [name, value] of this.#current) {
      const output = ends.next + name
      // What no step writes is the same memory in both sets, whatever was put into it before.
      if (!outputs.has(output)) this.#next.set(name, value)
      else target.set(output, this.#next.get(name) as Value)
    }
    return target
  }

  /** Makes what the step has written the current values. */
  advance(): void {
    ;[this.#current, this.#next] = [this.#next, this.#current]
    this.step++
  }

  /** The numbers of one parameter, in place. */
  parameter(name: string): Float32Array {
    return this.#numbers(this.#current, ends.parameter + name)
  }

  /** Every parameter's or moment's numbers by name, in place: for checkpoints. */
  numbers(): Map<string, { shape: readonly number[]; data: Float32Array }> {
    return new Map(
      [...this.#current].map(([name, { shape }]) => [
        name,
        { shape, data: this.#numbers(this.#current, name) },
      ]),
    )
  }

  /** Copies of all parameters: the best so far, say. */
  snapshot(): Map<string, Float32Array> {
    return new Map(
      [...this.#current.keys()]
        .filter((name) => name.startsWith(ends.parameter))
        .map((name) => [
          name.slice(ends.parameter.length),
          this.#numbers(this.#current, name).slice(),
        ]),
    )
  }

  #numbers(set: Numbers, name: string): Float32Array {
    const data = set.get(name)?.data
    if (!(data instanceof Float32Array)) throw new Error(`no state named ${name}`)
    return data
  }
}
