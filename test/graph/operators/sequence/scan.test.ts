import {
  add,
  matmul,
  multiply,
  reduceSum,
  scan,
  sigmoid,
  slice,
  type Tensor,
  tanh,
} from '../../../../src/graph/index.js'
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
