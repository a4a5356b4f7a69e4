import { expect, test } from 'vitest'
import { Graph, writeModel } from '../../src/graph/index.js'
import { type ClippingSettings, clip } from '../../src/learn/optimiser/clip.js'
import { openSession } from '../../src/runtime/node.js'

async function clipped(settings: ClippingSettings): Promise<number[][]> {
  const graph = new Graph()
  const given = [
    graph.constant([3, -4, 0.5], [3], 'float32'),
    graph.constant([-0.5, 12], [1, 2], 'float32'),
  ]
  const outputs = new Map(
    clip(given, settings).map((tensor, index) => [String(index), tensor] as const),
  )
  const session = await openSession(writeModel({ inputs: new Map(), outputs }))
  const results = await session.run(new Map())
  await session.close()
  return ['0', '1'].map((name) => [...(results.get(name)?.data ?? [])].map(Number))
}

test('gradients are clipped by value, element by element', async () => {
  expect(await clipped({ clipValue: 1 })).toEqual([
    [1, -1, 0.5],
    [-0.5, 1],
  ])
  expect(await clipped({})).toEqual([
    [3, -4, 0.5],
    [-0.5, 12],
  ])
})

test('what is left after clipping by value is clipped by norm', async () => {
  const [first = [], second = []] = await clipped({ clipValue: 1, clipNorm: 1 })
  const norm = Math.hypot(1, 1, 0.5, 0.5, 1)
  for (const [place, value] of [1, -1, 0.5, -0.5, 1].entries()) {
    expect([...first, ...second][place]).toBeCloseTo(value / norm, 5)
  }
})
