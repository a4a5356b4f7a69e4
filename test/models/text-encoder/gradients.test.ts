/** Text encoders learn from end to end: gradients against differences. */
import { describe, expect, test } from 'vitest'
import { gradients, multiply, reduceSum } from '../../../src/graph/index.js'
import { textEncoder, textEncoderConfig } from '../../../src/models/text-encoder/index.js'
import { Scope } from '../../../src/nn/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { openProgram } from '../../../src/runtime/program.js'
import { encodeSlowly } from '../../reference/models/text-encoder.js'

const ids = [3, 1, 4, 1]

describe.each(['bert', 'albert'] as const)('%s', (type) => {
  test('every kind of parameter', async () => {
    const settings = {
      ...{ model_type: type, vocab_size: 6, hidden_size: 6, num_hidden_layers: 2 },
      ...{ num_attention_heads: 2, intermediate_size: 5, max_position_embeddings: 5 },
      ...{ embedding_size: 4, type_vocab_size: 2, layer_norm_eps: 1e-12 },
    }
    const config = textEncoderConfig(settings, 'made')
    const declared = new Scope()
    textEncoder(declared, config)
    const parameters = [...declared.graph.parameters.values()]
    let seed = 11
    const next = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647 - 0.5
    }
    const weights = new Map(
      parameters.map(({ name, shape }) => {
        const length = shape.reduce((product, size) => product * size, 1)
        const shift = /(LayerNorm|layer_norm)\.weight$/.test(name) ? 1 : 0
        return [name, Float32Array.from({ length }, () => next() + shift)]
      }),
    )
    const factors = Float32Array.from({ length: ids.length * 6 }, next)
    const program = await openProgram(
      nodeEngine,
      (graph) => {
        const encode = textEncoder(new Scope(graph), config, { weights })
        const input = graph.input('ids', 'int64', ['batch', 'time'])
        const lengths = graph.input('lengths', 'int64', ['batch'])
        const factor = graph.input('factor', 'float32', ['batch', 'time', 6])
        const loss = reduceSum(multiply(encode({ ids: input, lengths }).hidden, factor))
        const names = [...graph.parameters.keys()]
        const found = gradients(
          loss,
          [...graph.parameters.values()].map(({ tensor }) => tensor),
        )
        return Object.fromEntries(names.map((name, at) => [`grad.${name}`, found[at] ?? loss]))
      },
      { weights },
    )
    const results = await program.run({
      ids: { dataType: 'int64', shape: [1, ids.length], data: BigInt64Array.from(ids, BigInt) },
      lengths: { dataType: 'int64', shape: [1], data: BigInt64Array.of(BigInt(ids.length)) },
      factor: { dataType: 'float32', shape: [1, ids.length, 6], data: factors },
    })
    const loss = (values: ReadonlyMap<string, ArrayLike<number>>) =>
      encodeSlowly(ids, { ...settings, model_type: type }, values)
        .flat()
        .reduce((sum, value, at) => sum + value * (factors[at] ?? NaN), 0)
    for (const { name } of parameters) {
      const values = Float64Array.from(weights.get(name) ?? [])
      // One element of each: of tables, one of a row that the text has.
      const place = /word_embeddings/.test(name) ? 3 * (values.length / 6) + 1 : 1
      const moved = (by: number) => {
        const other = Float64Array.from(values)
        other[place] = (other[place] ?? NaN) + by
        return loss(new Map<string, ArrayLike<number>>([...weights, [name, other]]))
      }
      const expected = (moved(1e-5) - moved(-1e-5)) / 2e-5
      const got = Number(results.get(`grad.${name}`)?.data[place])
      expect(Math.abs(got - expected), name).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)))
    }
    await program.close()
  })
})
