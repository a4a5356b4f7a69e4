import { fromBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  add,
  affine,
  Graph,
  gemm,
  gradients,
  matmul,
  multiply,
  reduceSum,
  scan,
  sigmoid,
  slice,
  squeeze,
  type Tensor,
  tanh,
  transpose,
  unsqueeze,
  writeModel,
} from '../../../../src/graph/index.js'
import { ModelProtoSchema } from '../../../../src/graph/onnx/generated/onnx_pb.js'
import { describeGradients, type GradientCase } from '../../../support/gradients/index.js'

type Operands = Parameters<GradientCase['build']>[0]

const [x, y, h, c, w] = ['x', 'y', 'h', 'c', 'w'].map(
  (name) => (operands: Operands) => operands[name] as Tensor,
) as [
  (o: Operands) => Tensor,
  (o: Operands) => Tensor,
  (o: Operands) => Tensor,
  (o: Operands) => Tensor,
  (o: Operands) => Tensor,
]

function recurrence(o: Operands, reverse: boolean): Tensor[] {
  const { states, outputs } = scan(
    { initial: [h(o), c(o)], sequences: [x(o), y(o)], captures: [w(o)], reverse },
    ([hidden, memory], [first, second], [weight]) => {
      const mixed = matmul(hidden, weight)
      const next = tanh(add(add(mixed, first), memory))
      const kept = multiply(memory, sigmoid(second))
      return { states: [next, add(kept, next)], outputs: [multiply(next, kept), mixed] }
    },
  )
  return [...states, ...outputs]
}

const operands: GradientCase['operands'] = {
  x: ['time', 'batch', 3],
  y: ['time', 'batch', 1],
  h: ['batch', 3],
  c: ['batch', 3],
  w: [3, 3],
}

describeGradients(
  'scan',
  [
    {
      name: 'two states, two sequences and a captured weight',
      operands,
      build: (o) => recurrence(o, false),
    },
    { name: 'from the last step to the first', operands, build: (o) => recurrence(o, true) },
    {
      name: 'only the last state matters',
      operands,
      build: (o) => recurrence(o, false)[0] as Tensor,
    },
    {
      name: 'only what the steps give out matters, from the last to the first',
      operands,
      build: (o) => recurrence(o, true)[2] as Tensor,
    },
    {
      name: 'no states: each step by itself',
      operands: { x: ['time', 3], w: [3] },
      build: (o) =>
        scan({ initial: [], sequences: [x(o)], captures: [w(o)] }, (_, [step], [weight]) => ({
          states: [],
          outputs: [tanh(multiply(step, weight))],
        })).outputs,
    },
    {
      name: 'no outputs: a sum',
      operands: { x: ['time', 'batch'], h: ['batch'] },
      build: (o) =>
        scan({ initial: [h(o)], sequences: [x(o)], captures: [] }, ([sum], [step]) => ({
          states: [add(sum, tanh(step))],
          outputs: [],
        })).states,
    },
    {
      name: 'a capture used twice, an unused one, and a state given out as it is',
      operands: { x: ['time', 2], h: [2], w: [2], c: [2] },
      build: (o) => {
        const { states, outputs } = scan(
          { initial: [h(o)], sequences: [x(o)], captures: [w(o), c(o)] },
          ([state], [step], [weight]) => {
            const scaled = multiply(multiply(state, weight), weight)
            return { states: [add(scaled, step)], outputs: [state] }
          },
        )
        return [...states, ...outputs]
      },
    },
    {
      name: 'captured matrices on either side of a product, turned or not, and a bias',
      operands: { ...operands, v: [3, 5], b: [5], u: [5, 3] },
      build: (o) => {
        const [v, b, u] = [o.v, o.b, o.u] as [Tensor, Tensor, Tensor]
        const captures = [w(o), v, b, u] as const
        return scan(
          { initial: [h(o)], sequences: [x(o)], captures },
          ([state], [step], [square, wide, bias, tall]) => {
            const inner = sigmoid(add(matmul(add(state, step), wide), bias))
            const flat = affine(inner, transpose(tall))
            const columns = matmul(square, transpose(matmul(state, transpose(square))))
            return {
              states: [tanh(add(flat, transpose(columns)))],
              outputs: [gemm(inner, wide, { transposeRight: true }), add(state, 1)],
            }
          },
        ).outputs
      },
    },
    {
      name: 'a stack of captured matrices',
      operands: { x: ['time', 2, 4, 'batch'], h: [2, 3, 'batch'], w: [2, 3, 3], c: [2, 3, 4] },
      build: (o) =>
        scan(
          { initial: [h(o)], sequences: [x(o)], captures: [w(o), c(o)], reverse: true },
          ([state], [step], [recurrent, input]) => {
            const next = tanh(add(matmul(recurrent, state), matmul(input, step)))
            return { states: [next], outputs: [matmul(transpose(recurrent), next)] }
          },
        ).outputs,
    },
    {
      name: 'a state that grows in a line: the way back reads nothing of the steps',
      operands: { x: ['time', 'batch'], h: ['batch'] },
      build: (o) =>
        scan({ initial: [h(o)], sequences: [x(o)], captures: [] }, ([sum], [step]) => ({
          states: [add(sum, step)],
          outputs: [],
        })).states,
    },
    {
      name: 'a loop within a step',
      operands: { x: ['time', 'batch', 2], h: [2], w: [2, 2] },
      build: (o) =>
        scan(
          { initial: [h(o)], sequences: [x(o)], captures: [w(o)] },
          ([state], [step], [weight]) => {
            const inner = scan(
              { initial: [state], sequences: [step], captures: [weight] },
              ([carried], [one], [matrix]) => {
                const row = matmul(unsqueeze(add(carried, one), 0), matrix)
                return { states: [tanh(squeeze(row, 0))], outputs: [row] }
              },
            )
            return { states: inner.states, outputs: inner.outputs }
          },
        ).outputs,
    },
    {
      name: 'sizes with names inside the step',
      operands: { x: ['time', 'batch', 4], h: ['batch', 2] },
      build: (o) => {
        const { states } = scan(
          { initial: [h(o)], sequences: [x(o)], captures: [] },
          ([state], [step]) => {
            const half = slice(step, 1, 1, 3)
            const total = reduceSum(half, 0, true)
            return { states: [add(multiply(state, half), total)], outputs: [] }
          },
        )
        return states
      },
    },
    {
      name: 'a loop on what a loop gives out',
      operands,
      build: (o) => {
        const [, , given] = recurrence(o, false)
        return scan(
          { initial: [h(o)], sequences: [given as Tensor], captures: [], reverse: true },
          ([state], [step]) => ({
            states: [tanh(add(state, step))],
            outputs: [state],
          }),
        ).outputs
      },
    },
  ],
  {
    sizes: [
      { time: 4, batch: 2 },
      { time: 1, batch: 3 },
      { time: 6, batch: 1 },
    ],
  },
)

test('goes through the steps once in each direction, and sums products of captures after it', () => {
  const graph = new Graph()
  const input = (name: string, shape: (string | number)[]) => graph.input(name, 'float32', shape)
  const [steps, start] = [input('steps', ['time', 3, 'batch']), input('start', [3, 'batch'])]
  const weight = input('weight', [3, 3])
  const { states, outputs } = scan(
    { initial: [start], sequences: [steps], captures: [weight] },
    ([state], [step], [square]) => {
      const next = tanh(add(matmul(square, state), step))
      return { states: [next], outputs: [next] }
    },
  )
  const loss = reduceSum(multiply(outputs[0], states[0]))
  const [toWeight] = gradients(loss, [weight])
  const written = writeModel({
    inputs: graph.inputs,
    outputs: new Map([
      ['loss', loss],
      ['weight', toWeight as Tensor],
    ]),
  })
  const nodes = fromBinary(ModelProtoSchema, written).graph?.node ?? []
  const loops = nodes.filter(({ opType }) => opType === 'Scan')
  expect(loops).toHaveLength(2)
  const inside = loops.map(({ attribute }) => attribute.flatMap(({ g }) => g?.node ?? []))
  const products = inside.map((body) => body.filter(({ opType }) => opType === 'MatMul').length)
  expect(products).toEqual([1, 1])
  expect(nodes.filter(({ opType }) => opType === 'Gemm')).toHaveLength(1)
})
