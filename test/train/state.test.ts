import { expect, test } from 'vitest'
import { Graph, type Parameter } from '../../src/graph/index.js'
import { initialise } from '../../src/nn/index.js'
import { ends } from '../../src/train/graphs.js'
import { TrainingState } from '../../src/train/state.js'

test('what no step writes stays as it was put in, step after step', () => {
  const graph = new Graph()
  graph.parameter('learned', [2], initialise.zeros)
  graph.parameter('words', [2], initialise.zeros, false)
  const parameters: Parameter[] = [...graph.parameters.values()]
  const state = TrainingState.initial(parameters, 0)
  state.parameter('words').set([1, 2])
  for (let step = 1; step <= 3; step++) {
    const target = state.target(new Set([`${ends.next}${ends.parameter}learned`]))
    expect([...target.keys()]).toEqual([`${ends.next}${ends.parameter}learned`])
    const [next] = [...target.values()]
    if (next?.data instanceof Float32Array) next.data.fill(step)
    expect([...state.parameter('learned')]).not.toContain(step)
    state.advance()
    expect([...state.parameter('learned')]).toEqual([step, step])
    expect([...state.parameter('words')]).toEqual([1, 2])
  }
  expect(state.step).toBe(3)
})
