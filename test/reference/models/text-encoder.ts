/** ALBERT and BERT in plain float64 loops, from the equations of Vaswani et al. (2017) and the checkpoints' names. */

type Rows = number[][]
export type Weights = ReadonlyMap<string, ArrayLike<number>>

export interface EncoderSettings {
  readonly model_type: 'albert' | 'bert'
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly layer_norm_eps: number
}

/** The last hidden state of one text without padding, one row a token. */
export function encodeSlowly(
  ids: readonly number[],
  settings: EncoderSettings,
  weights: Weights,
): Rows {
  const get = (name: string) => {
    const values = weights.get(name)
    if (!values) throw new Error(`no ${name}`)
    return values
  }
  const linear = (rows: Rows, name: string): Rows => {
    const [weight, bias] = [get(`${name}.weight`), get(`${name}.bias`)]
    return rows.map((row) =>
      Array.from(bias, (start, unit) =>
        row.reduce((sum, x, i) => sum + x * (weight[unit * row.length + i] ?? NaN), start),
      ),
    )
  }
  const norm = (rows: Rows, name: string): Rows => {
    const [weight, bias] = [get(`${name}.weight`), get(`${name}.bias`)]
    return rows.map((row) => {
      const mean = row.reduce((a, b) => a + b) / row.length
      const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length
      const scale = 1 / Math.sqrt(variance + settings.layer_norm_eps)
      return row.map((x, i) => (x - mean) * scale * (weight[i] ?? NaN) + (bias[i] ?? NaN))
    })
  }
  const plus = (a: Rows, b: Rows): Rows =>
    a.map((row, r) => row.map((x, i) => x + (b[r]?.[i] ?? NaN)))
  const attend = (rows: Rows, names: { q: string; k: string; v: string }): Rows => {
    const [q, k, v] = [linear(rows, names.q), linear(rows, names.k), linear(rows, names.v)]
    const width = settings.hidden_size / settings.num_attention_heads
    return q.map((query) =>
      query.map((_, column) => {
        const first = Math.floor(column / width) * width
        const scores = k.map((key) => {
          let dot = 0
          for (let i = first; i < first + width; i++) dot += (query[i] ?? NaN) * (key[i] ?? NaN)
          return Math.exp(dot / Math.sqrt(width))
        })
        const total = scores.reduce((a, b) => a + b)
        return scores.reduce((sum, score, t) => sum + (score / total) * (v[t]?.[column] ?? NaN), 0)
      }),
    )
  }
  const isAlbert = settings.model_type === 'albert'
  const words = get('embeddings.word_embeddings.weight')
  const places = get('embeddings.position_embeddings.weight')
  const kinds = get('embeddings.token_type_embeddings.weight')
  const narrow = get('embeddings.LayerNorm.weight').length
  const summed = ids.map((id, place) =>
    Array.from(
      { length: narrow },
      (_, i) =>
        (words[id * narrow + i] ?? NaN) + (places[place * narrow + i] ?? NaN) + (kinds[i] ?? NaN),
    ),
  )
  let rows = norm(summed, 'embeddings.LayerNorm')
  if (isAlbert) rows = linear(rows, 'encoder.embedding_hidden_mapping_in')
  for (let layer = 0; layer < settings.num_hidden_layers; layer++) {
    const at = isAlbert ? 'encoder.albert_layer_groups.0.albert_layers.0' : `encoder.layer.${layer}`
    const own = isAlbert ? `${at}.attention` : `${at}.attention.self`
    const mixed = attend(rows, { q: `${own}.query`, k: `${own}.key`, v: `${own}.value` })
    const output = isAlbert ? `${at}.attention.dense` : `${at}.attention.output.dense`
    const normOne = isAlbert ? `${at}.attention.LayerNorm` : `${at}.attention.output.LayerNorm`
    const attended = norm(plus(rows, linear(mixed, output)), normOne)
    const widened = linear(attended, isAlbert ? `${at}.ffn` : `${at}.intermediate.dense`)
    const active = widened.map((row) => row.map(isAlbert ? geluByTanh : gelu))
    const back = linear(active, isAlbert ? `${at}.ffn_output` : `${at}.output.dense`)
    rows = norm(
      plus(back, attended),
      `${at}.${isAlbert ? 'full_layer_layer_norm' : 'output.LayerNorm'}`,
    )
  }
  return rows
}

const geluByTanh = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2))

/** The error function by its series, which converges for every x; exact to 1e-12 where |x| < 4. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x)
  let [term, sum] = [x, x]
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}
