import { expect, test } from 'vitest'
import {
  add,
  Graph,
  gradients,
  multiply,
  reduceSum,
  square,
  subtract,
  writeModel,
} from '../../src/graph/index.js'
import { adamScalars, adamStep } from '../../src/learn/optimiser/adam.js'
import { clipByGlobalNorm } from '../../src/learn/optimiser/clip.js'
import { zeros } from '../../src/nn/initialise.js'
import { openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'

const value = (shape: readonly number[], ...data: number[]): Value => ({
  dataType: 'float32',
  shape,
  data: Float32Array.from(data),
})

test('five steps with weight decay and clipping go where PyTorch 2.15 goes (in float64)', async () => {
  const graph = new Graph()
  const p = graph.parameter('p', [3], zeros)
  const q = graph.parameter('q', [1, 2], zeros)
  const aim = graph.constant([1, 2, 3], [3], 'float32')
  const loss = add(reduceSum(square(subtract(p, aim))), reduceSum(multiply(square(q), 3)))
  const [toP, toQ] = clipByGlobalNorm(gradients(loss, [p, q]), 1)
  const [stepSize, epsilon] = [
    graph.input('stepSize', 'float32', []),
    graph.input('epsilon', 'float32', []),
  ]
  const state = new Map<string, Value>()
  const inputs = new Map([
    ['stepSize', stepSize],
    ['epsilon', epsilon],
    ['p', p],
    ['q', q],
  ])
  const outputs = new Map([['loss', loss]])
  for (const [name, parameter, gradient] of [
    ['p', p, toP],
    ['q', q, toQ],
  ] as const) {
    if (!gradient) throw new Error('no gradient')
    const shape = parameter.shape.map(Number)
    const first = graph.input(`first ${name}`, 'float32', shape)
    const second = graph.input(`second ${name}`, 'float32', shape)
    inputs.set(`first ${name}`, first).set(`second ${name}`, second)
    const next = adamStep(
      parameter,
      gradient,
      { first, second },
      { stepSize, epsilon, weightDecay: 0.01 },
    )
    outputs.set(`next ${name}`, next.value)
    outputs.set(`next first ${name}`, next.first).set(`next second ${name}`, next.second)
    const count = shape.reduce((a, b) => a * b, 1)
    state.set(`first ${name}`, value(shape, ...Array<number>(count).fill(0)))
    state.set(`second ${name}`, value(shape, ...Array<number>(count).fill(0)))
  }
  state.set('p', value([3], 0.5, -1, 2)).set('q', value([1, 2], 1, -0.5))
  const session = await openSession(writeModel({ inputs, outputs }))
  const losses: number[] = []
  for (let step = 1; step <= 5; step++) {
    const scalars = adamScalars(step, 0.1)
    const results = await session.run(
      new Map([
        ...state,
        ['stepSize', value([], scalars.stepSize)],
        ['epsilon', value([], scalars.epsilon)],
      ]),
    )
    losses.push(Number(results.get('loss')?.data[0]))
    for (const name of state.keys()) state.set(name, results.get(`next ${name}`) as Value)
  }
  await session.close()
  const near = (actual: Iterable<number>, expected: readonly number[]) => {
    for (const [index, number] of [...actual].entries()) {
      expect(number).toBeCloseTo(expected[index] as number, 5)
    }
  }
  near(losses, [14, 12.290000041332238, 10.761362379350526, 9.414026542965578, 8.245883814521132])
  near(
    state.get('p')?.data as Float32Array,
    [0.9775918597856087, -0.4983161461874024, 2.497876553747874],
  )
  near(state.get('q')?.data as Float32Array, [0.5016578539551236, -0.018575684257843644])
})
