/** Pieces of models in plain float64 loops over single samples, for references of whole models. */
import type { Parameter, Tensor } from '../../../src/graph/index.js'
import type { NdArray } from '../array.js'
import { logistic } from '../elementwise.js'

export type Row = readonly number[]

/** Parameters by name. */
export class PlainWeights {
  readonly #values: ReadonlyMap<string, NdArray>

  constructor(parameters: readonly Parameter[], feeds: ReadonlyMap<Tensor, NdArray>) {
    this.#values = new Map(
      parameters.map(({ name, tensor }) => [name, feeds.get(tensor) as NdArray]),
    )
  }

  get(name: string): NdArray {
    const found = this.#values.get(name)
    if (!found) throw new Error(`no parameter ${name}`)
    return found
  }

  row(name: string): Row {
    return this.get(name).data
  }

  /** `x W^T + b` by the parameters `<name>.weight` and, if there is one, `<name>.bias`. */
  linear(name: string, x: Row): Row {
    return affine(this.get(`${name}.weight`), this.#values.get(`${name}.bias`)?.data, x)
  }

  /** Layer normalisation by `<name>.weight` and `<name>.bias`. */
  layerNorm(name: string, x: Row, epsilon = 1e-5): Row {
    const [gain, bias] = [this.row(`${name}.weight`), this.row(`${name}.bias`)]
    const mean = sum(x) / x.length
    const variance = sum(x.map((value) => (value - mean) ** 2)) / x.length
    return x.map((value, i) => {
      return ((value - mean) / Math.sqrt(variance + epsilon)) * (gain[i] ?? NaN) + (bias[i] ?? NaN)
    })
  }

  /** Batch normalisation of one row by running statistics. */
  batchNorm(name: string, x: Row, epsilon = 1e-5): Row {
    const of = (part: string) => this.row(`${name}.${part}`)
    const [gain, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(of)
    return x.map(
      (value, i) =>
        ((value - (mean?.[i] ?? NaN)) / Math.sqrt((variance?.[i] ?? NaN) + epsilon)) *
          (gain?.[i] ?? NaN) +
        (bias?.[i] ?? NaN),
    )
  }

  /** The states of an LSTM after each step, in the order of the steps, by `<name>.<direction>`. */
  lstm(name: string, steps: readonly Row[], direction: 'forward' | 'backward' = 'forward'): Row[] {
    return this.lstmStates(name, steps, direction).map(({ hidden }) => hidden)
  }

  /** The same, with the cell states. */
  lstmStates(
    name: string,
    steps: readonly Row[],
    direction: 'forward' | 'backward' = 'forward',
  ): { readonly hidden: Row; readonly cell: Row }[] {
    const of = (part: string) => this.get(`${name}.layer0.${direction}.${part}`)
    const units = of('recurrent_weight').shape[1] ?? 0
    let hidden: Row = Array<number>(units).fill(0)
    let cell: Row = hidden
    const states = (direction === 'forward' ? steps : steps.toReversed()).map((x) => {
      const own = affine(of('input_weight'), of('input_bias').data, x)
      const past = affine(of('recurrent_weight'), of('recurrent_bias').data, hidden)
      // Gates in the order input, output, forget, cell.
      const gate = (block: number, unit: number) =>
        (own[block * units + unit] ?? NaN) + (past[block * units + unit] ?? NaN)
      cell = cell.map(
        (old, unit) =>
          logistic(gate(2, unit)) * old + logistic(gate(0, unit)) * Math.tanh(gate(3, unit)),
      )
      hidden = cell.map((value, unit) => logistic(gate(1, unit)) * Math.tanh(value))
      return { hidden, cell }
    })
    return direction === 'forward' ? states : states.toReversed()
  }

  /**
   * Multi-head attention of each query to all keys, in PyTorch's layout under `name`; values are
   * the keys.
   */
  attention(name: string, queries: readonly Row[], keys: readonly Row[], heads: number): Row[] {
    const [weight, bias] = [this.get(`${name}.in_proj_weight`), this.row(`${name}.in_proj_bias`)]
    const width = (weight.shape[0] ?? 0) / 3
    const project = (third: number, x: Row) =>
      Array.from({ length: width }, (_, unit) => {
        const row = third * width + unit
        return (bias[row] ?? NaN) + sum(x.map((v, i) => v * (weight.data[row * width + i] ?? NaN)))
      })
    const [k, v] = [keys.map((x) => project(1, x)), keys.map((x) => project(2, x))]
    const size = width / heads
    return queries.map((query) => {
      const q = project(0, query)
      const mixed = q.map((_, column) => {
        const first = Math.floor(column / size) * size
        const scores = k.map((key) => {
          let dot = 0
          for (let i = first; i < first + size; i++) dot += (q[i] ?? NaN) * (key[i] ?? NaN)
          return dot / Math.sqrt(size)
        })
        return sum(softmax(scores).map((share, t) => share * (v[t]?.[column] ?? NaN)))
      })
      return this.linear(`${name}.out_proj`, mixed)
    })
  }
}

function affine(weight: NdArray, bias: Row | undefined, x: Row): Row {
  return Array.from(
    { length: weight.shape[0] ?? 0 },
    (_, unit) =>
      (bias?.[unit] ?? 0) + sum(x.map((v, i) => v * (weight.data[unit * x.length + i] ?? NaN))),
  )
}

export const sum = (x: Row): number => x.reduce((total, value) => total + value, 0)
export const relu = (x: Row): Row => x.map((value) => Math.max(value, 0))
export const plus = (a: Row, b: Row): Row => a.map((value, i) => value + (b[i] ?? NaN))

export function softmax(scores: Row): Row {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)))
  return powers.map((power) => power / sum(powers))
}

/** The mean of rows; zeros if there are none. */
export function meanOf(rows: readonly Row[], width: number): Row {
  return Array.from(
    { length: width },
    (_, i) => sum(rows.map((row) => row[i] ?? NaN)) / Math.max(rows.length, 1),
  )
}

/** The true steps of one sample of a padded [batch, time, width], or of word numbers [batch, time]. */
export function stepsOf({ shape, data }: NdArray, sample: number, length: number): Row[] {
  const [, time = 0, width = 1] = shape
  return Array.from({ length }, (_, step) => {
    const start = (sample * time + step) * width
    return data.slice(start, start + width)
  })
}
