/** ALBERT against numbers of the published code: states, pooled, loss and gradients. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import {
  cast,
  divide,
  gradients,
  multiply,
  reduceSum,
  square,
  subtract,
  unsqueeze,
  withinLengths,
} from '../../../src/graph/index.js'
import {
  textEncoder,
  textEncoderConfig,
  textEncoderWeights,
} from '../../../src/models/text-encoder/index.js'
import { Scope } from '../../../src/nn/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { openProgram } from '../../../src/runtime/program.js'
import type { Value } from '../../../src/runtime/session.js'

const path = join(import.meta.dirname, '../../../../shared/golden/end-to-end/albert.safetensors')

describe.skipIf(!existsSync(path))('golden/end-to-end/albert.safetensors', () => {
  test('states, pooled, loss and every gradient', async () => {
    const { metadata, tensors } = readSafetensors(path)
    const stored = JSON.parse(metadata.albert ?? '{}')
    const config = textEncoderConfig(
      { ...stored, model_type: 'albert', hidden_act: 'gelu_new' },
      path,
    )
    const parameters = new Map(
      [...tensors]
        .filter(([name]) => name.startsWith('param.'))
        .map(([name, tensor]) => [name.slice('param.'.length), tensor]),
    )
    const { weights, pooler } = textEncoderWeights(parameters, config, path)
    expect(pooler).toBe(true)
    const wanted = [...tensors.keys()].filter((name) => name.startsWith('grad.'))
    const program = await openProgram(
      nodeEngine,
      (graph) => {
        const scope = new Scope(graph)
        const encode = textEncoder(scope, config, { weights, pooler })
        const ids = graph.input('ids', 'int64', ['batch', 'time'])
        const types = graph.input('types', 'int64', ['batch', 'time'])
        const lengths = graph.input('lengths', 'int64', ['batch'])
        const target = graph.input('target', 'float32', ['batch', 'time', config.hidden_size])
        const { hidden, pooled } = encode({ ids, lengths, types })
        if (!pooled) throw new Error('no pooler')
        const real = unsqueeze(cast(withinLengths(hidden, lengths), 'float32'), 2)
        const errors = multiply(square(subtract(hidden, target)), real)
        const count = multiply(reduceSum(real), config.hidden_size)
        const loss = divide(reduceSum(errors), count)
        const sources = wanted.map((name) => {
          const found = graph.parameters.get(name.slice('grad.'.length))
          if (!found) throw new Error(`no parameter for ${name}`)
          return found.tensor
        })
        const found = gradients(loss, sources)
        return {
          hidden,
          pooled,
          loss,
          ...Object.fromEntries(wanted.map((name, index) => [name, found[index] ?? loss])),
        }
      },
      { weights },
    )
    const value = (name: string): Value => {
      const tensor = tensors.get(name)
      if (!tensor) throw new Error(`no ${name}`)
      return { ...tensor, dataType: tensor.dtype }
    }
    const mask = value('input.attention_mask')
    const [rows = 0, steps = 0] = mask.shape
    const lengths = BigInt64Array.from({ length: rows }, (_, row) =>
      BigInt(
        Array.from(mask.data.slice(row * steps, (row + 1) * steps), Number).reduce((a, b) => a + b),
      ),
    )
    const results = await program.run({
      ids: value('input.text'),
      types: value('input.token_type_ids'),
      lengths: { dataType: 'int64', shape: [rows], data: lengths },
      target: value('target'),
    })
    const apart = (own: string, golden: string) => {
      const expected = Array.from(value(golden).data, Number)
      const got = Array.from(results.get(own)?.data ?? [], Number)
      expect(got.length).toBe(expected.length)
      const largest = Math.max(...expected.map(Math.abs))
      return [Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? NaN)))), largest] as const
    }
    expect(apart('hidden', 'output')[0]).toBeLessThan(1e-5)
    expect(apart('pooled', 'output.pooled')[0]).toBeLessThan(1e-5)
    expect(apart('loss', 'loss')[0]).toBeLessThan(1e-5)
    expect(wanted.length).toBe(22)
    for (const name of wanted) {
      const [error, largest] = apart(name, name)
      expect(error / largest, name).toBeLessThan(1e-4)
    }
    await program.close()
  })
})
