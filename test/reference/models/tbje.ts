/** TBJE in plain float64 loops, for one sample. */
import { type PlainWeights, plus, type Row, relu, softmax, sum } from './plain.js'

type Rows = readonly Row[]

export interface TbjeCase {
  readonly heads: number
  readonly layers: number
  /** The number of positions of each modality, the guide first. */
  readonly positions: Readonly<Record<string, number>>
  readonly weights: PlainWeights
}

/** @param sample the true steps of each modality; `text` passes the LSTM */
export function encodeJointly(
  sample: Readonly<Record<string, Rows>>,
  { heads, layers, positions, weights }: TbjeCase,
): { readonly prediction: Row; readonly pooling: ReadonlyMap<string, Row> } {
  const names = Object.keys(positions)
  const guide = names[0] ?? ''
  const linear = (rows: Rows, name: string) => rows.map((row) => weights.linear(name, row))
  const plusRows = (one: Rows, other: Rows) => one.map((row, step) => plus(row, other[step] ?? []))
  const weighed = (shares: Row, rows: Rows): Row =>
    (rows[0] ?? []).map((_, i) => sum(rows.map((row, t) => (shares[t] ?? NaN) * (row[i] ?? NaN))))

  const norm = (rows: Rows, name: string) =>
    rows.map((row) => {
      const mean = sum(row) / row.length
      const squares = sum(row.map((x) => (x - mean) ** 2))
      const spread = Math.sqrt(squares / (row.length - 1)) + 1e-6
      const [gain, bias] = [weights.row(`${name}.weight`), weights.row(`${name}.bias`)]
      return row.map((x, i) => ((gain[i] ?? NaN) * (x - mean)) / spread + (bias[i] ?? NaN))
    })
  const network = (rows: Rows, name: string) =>
    linear(linear(rows, `${name}.first`).map(relu), `${name}.second`)
  /** @param seen how many keys are seen */
  const attend = (queries: Rows, keys: Rows, seen: number, name: string) => {
    const shown = keys.slice(0, seen)
    const [q, k, v] = [
      linear(queries, `${name}.query`),
      linear(shown, `${name}.key`),
      linear(shown, `${name}.value`),
    ]
    const width = (q[0]?.length ?? 0) / heads
    const mixed = q.map((query) =>
      Array.from({ length: heads }, (_, head) => {
        const part = (row: Row) => row.slice(head * width, (head + 1) * width)
        const scores = k.map((key) => {
          const own = part(key)
          return sum(part(query).map((x, i) => x * (own[i] ?? NaN))) / Math.sqrt(width)
        })
        return weighed(softmax(scores), v.map(part))
      }).flat(),
    )
    return linear(mixed, `${name}.output`)
  }
  const glimpses = (rows: Rows, seen: number, name: string) => {
    const shown = rows.slice(0, seen)
    const scores = network(shown, name)
    return (scores[0] ?? []).map((_, glimpse) => {
      const shares = softmax(scores.map((row) => row[glimpse] ?? NaN))
      return { shares, sum: weighed(shares, shown) }
    })
  }
  const begin = (name: string): { readonly rows: Rows; readonly seen: number } => {
    const size = positions[name] ?? 0
    const given = (sample[name] ?? []).slice(0, size)
    const zeros = (row: Row = []) =>
      Array.from({ length: size - given.length }, () => row.map(() => 0))
    if (name === 'text') {
      const states = weights.lstm('words', given)
      return { rows: [...states, ...zeros(states[0])], seen: given.length }
    }
    return { rows: linear([...given, ...zeros(given[0])], `adapters.${name}`), seen: given.length }
  }

  let streams = new Map(names.map((name) => [name, begin(name)]))
  for (let layer = 0; layer < layers; layer++) {
    const of = (name: string) => streams.get(name) ?? { rows: [], seen: 0 }
    streams = new Map(
      names.map((name) => {
        const path = `blocks.${layer}.${name}`
        const at = `${path}.attention`
        const { rows, seen } = of(name)
        let x: Rows = norm(plusRows(rows, attend(rows, rows, seen, `${at}.own`)), `${at}.own_norm`)
        if (name !== guide) {
          const told = attend(x, of(guide).rows, of(guide).seen, `${at}.guided`)
          x = norm(plusRows(x, told), `${at}.guided_norm`)
        }
        x = plusRows(norm(plusRows(x, network(x, `${at}.network`)), `${at}.network_norm`), rows)
        if (layer < layers - 1) {
          const sums = glimpses(x, seen, `${path}.glimpses`).map((each) => each.sum)
          x = norm(plusRows(x, sums), `${path}.norm`)
        }
        // Later blocks see every position.
        return [name, { rows: x, seen: x.length }]
      }),
    )
  }
  const pooled = names.map((name) => {
    const { rows, seen } = streams.get(name) ?? { rows: [], seen: 0 }
    const [pool] = glimpses(rows, seen, `pools.${name}`)
    const vector = weights.linear(`pools.${name}.output`, pool?.sum ?? [])
    return { name, vector, shares: pool?.shares ?? [] }
  })
  const total = pooled.map(({ vector }) => vector).reduce(plus)
  const prediction = weights.linear('output', norm([total], 'norm')[0] ?? [])
  return { prediction, pooling: new Map(pooled.map(({ name, shares }) => [name, shares])) }
}
