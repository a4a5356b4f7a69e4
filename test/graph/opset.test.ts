import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/graph/index.js'
import * as limbic from '../../src/graph/index.js'
import {
  averagePool,
  Graph,
  gelu,
  reduceMean,
  relu,
  reshape,
  softmax,
} from '../../src/graph/index.js'
import { ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { writeModel } from '../../src/graph/onnx/model.js'
import { applyOperator, type Operator } from '../../src/graph/tensor.js'
import { openSession } from '../../src/runtime/node.js'

interface Written {
  readonly set: number
  readonly ir: number
  readonly operators: readonly string[]
  readonly bytes: Uint8Array
}

function write(build: (input: Tensor) => Tensor, portable = true): Written {
  const graph = new Graph()
  const input = graph.input('input', 'float32', ['batch', 2, 4, 4])
  const outputs = new Map([['output', build(input)]])
  const bytes = writeModel({ inputs: graph.inputs, outputs, portable })
  const model = fromBinary(ModelProtoSchema, bytes)
  return {
    set: Number(model.opsetImport[0]?.version),
    ir: Number(model.irVersion),
    operators: model.graph?.node.map(({ opType }) => opType) ?? [],
    bytes,
  }
}

async function run({ bytes }: Written): Promise<number[]> {
  const session = await openSession(bytes, { threads: 1 })
  const data = Float32Array.from({ length: 64 }, (_, place) => Math.sin(place) * 3)
  const feeds = new Map([['input', { dataType: 'float32' as const, shape: [2, 2, 4, 4], data }]])
  const results = await session.run(feeds)
  await session.close()
  return Array.from(results.get('output')?.data ?? [], Number)
}

/** An operator of somebody's own, of the newest set. */
const nan: Operator<object, readonly [Tensor]> = {
  name: 'ownIsNaN',
  infer: ([{ shape }]) => [{ dataType: 'bool', shape }],
  lower: ({ inputs: [input], outputs }, onnx) => onnx.write(outputs, 'IsNaN', [onnx.value(input)]),
}

describe('a file for runtimes of any age', () => {
  it.each<readonly [string, (input: Tensor) => Tensor, number, number]>([
    ['plain operators', relu, 13, 7],
    ['softmax', (input) => softmax(input), 13, 7],
    ['a mean, whose axes are an attribute then', (input) => reduceMean(input, 1), 13, 7],
    ['gelu, as its formula', gelu, 13, 7],
    ['an average', (input) => averagePool(input, { kernel: [2, 2] }), 13, 7],
    ['a shape that only the run tells', (input) => limbic.sizeOf(input, 0), 15, 8],
    [
      'shapes that may be empty',
      (input) => reshape(limbic.pad(input, [0, 0, 0, 0], [0, 0, 0, 0]), ['batch', 32]),
      13,
      7,
    ],
    [
      'an operator of somebody’s own',
      (input) => applyOperator(nan, [input], {}).outputs[0],
      21,
      10,
    ],
  ])('carries the lowest operator set and format that it needs: %s', async (_, build, set, ir) => {
    const written = write(build)
    expect({ set: written.set, ir: written.ir }).toEqual({ set, ir })
    const newest = write(build, false)
    expect(newest.set).toBe(21)
    const [one, other] = [await run(written), await run(newest)]
    expect(one.length).toBeGreaterThan(0)
    for (const [place, value] of one.entries()) expect(value).toBeCloseTo(other[place] ?? NaN, 5)
  })

  it('says a mean the newer way beside what needs a newer set', () => {
    const both = write((input) =>
      limbic.add(
        limbic.cast(applyOperator(nan, [input], {}).outputs[0], 'float32'),
        limbic.add(reduceMean(input, 1, true), gelu(input)),
      ),
    )
    expect(both.set).toBe(21)
    expect(both.operators).toContain('Gelu')
  })
})
