import { expect, test } from 'vitest'
import { Graph, type Parameter } from '../../../src/graph/index.js'
import { packParameters } from '../../../src/learn/optimiser/packs.js'
import { ends } from '../../../src/learn/step/ends.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { initialise } from '../../../src/nn/index.js'

test('what no step writes stays as it was put in, step after step', () => {
  const graph = new Graph()
  graph.parameter('learned', [2], initialise.zeros)
  graph.parameter('words', [2], initialise.zeros, false)
  const parameters: Parameter[] = [...graph.parameters.values()]
  const packs = packParameters(
    parameters.filter(({ trainable }) => trainable),
    [],
  )
  const state = TrainingState.initial({ parameters, packs }, 0)
  state.parameter('words').set([1, 2])
  const writer = state.writer(new Set([ends.next(ends.pack('0'))]))
  for (let step = 1; step <= 3; step++) {
    const target = writer.target()
    expect([...target.keys()]).toEqual([ends.next(ends.pack('0'))])
    const [next] = [...target.values()]
    if (next?.data instanceof Float32Array) next.data.fill(step)
    expect([...state.parameter('learned')]).not.toContain(step)
    writer.advance()
    expect([...state.parameter('learned')]).toEqual([step, step])
    expect([...state.parameter('words')]).toEqual([1, 2])
  }
})

test('packs hold every parameter once, by rate, in order, and large ones alone', () => {
  const graph = new Graph()
  const sizes = [3, 40_000, 5, 30_000, 7]
  for (const [index, size] of sizes.entries()) {
    graph.parameter(`${index % 2 ? 'slow' : 'fast'}.${index}`, [size], initialise.zeros)
  }
  const parameters = [...graph.parameters.values()]
  const packs = packParameters(parameters, [{ prefix: 'slow', factor: 0.1 }])
  const names = packs.map(({ members }) => members.map(({ parameter }) => parameter.name))
  expect(names).toEqual([['fast.0', 'fast.2', 'fast.4'], ['slow.1'], ['slow.3']])
  expect(packs.map(({ factor, size }) => [factor, size])).toEqual([
    [1, 15],
    [0.1, 40_000],
    [0.1, 30_000],
  ])
  const state = TrainingState.initial({ parameters, packs }, 0)
  state.parameter('fast.2').fill(2)
  expect([...(state.current.get(ends.pack('0'))?.data ?? [])].map(Number)).toEqual([
    ...[0, 0, 0, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0],
  ])
  expect([...state.numbers().keys()].sort()).toEqual(
    parameters
      .flatMap(({ name }) => [ends.parameter, ends.first, ends.second].map((end) => end(name)))
      .sort(),
  )
})
