/** Compares a case with the reference interpreter, and its gradients with central differences. */
import { expect } from 'vitest'
import type { Tensor } from '../../../src/graph/index.js'
import type { NdArray } from '../../reference/array.js'
import { evaluate } from '../../reference/evaluate.js'
import type { BuiltCase } from './cases.js'

/** The largest difference relative to the largest element or 1; of unequal shapes, infinite. */
function distance(actual: NdArray, expected: NdArray): number {
  expect(actual.shape).toEqual(expected.shape)
  const scale = Math.max(1, ...expected.data.map(Math.abs).filter(Number.isFinite))
  return actual.data.reduce((worst, value, position) => {
    const wanted = expected.data[position] as number
    if (Object.is(value, wanted) || value === wanted) return worst
    const gap = Math.abs(value - wanted) / scale
    return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(worst, gap)
  }, 0)
}

/** At most this many elements of an operand are moved; beyond that, every so many. */
const moved = 24

function centralDifference(
  loss: Tensor,
  feeds: ReadonlyMap<Tensor, NdArray>,
  source: Tensor,
  position: number,
): number {
  const value = feeds.get(source) as NdArray
  const step = 1e-5
  const [more, less] = [step, -step].map((shift) => {
    const data = [...value.data]
    data[position] = (data[position] as number) + shift
    const [result] = evaluate([loss], new Map([...feeds, [source, { ...value, data }]]))
    return result?.data[0] as number
  }) as [number, number]
  return (more - less) / (2 * step)
}

export function checkCase(
  built: BuiltCase,
  feeds: ReadonlyMap<Tensor, NdArray>,
  ofOrt: (tensor: Tensor) => NdArray,
): void {
  const { tolerance, outputs, sources, loss } = built
  evaluate(outputs, feeds).forEach((expected, position) => {
    const gap = distance(ofOrt(outputs[position] as Tensor), expected)
    expect(gap, `${built.name}: output ${position}`).toBeLessThan(tolerance)
  })
  if (!loss || sources.length === 0) return
  evaluate(built.gradients, feeds).forEach((symbolic, index) => {
    const source = sources[index] as Tensor
    const label = `${built.name}: gradient of ${source}`
    expect(symbolic.shape, label).toEqual(feeds.get(source)?.shape)
    const gap = distance(ofOrt(built.gradients[index] as Tensor), symbolic)
    expect(gap, `${label}, ONNX Runtime`).toBeLessThan(tolerance)
    if (!built.differences) return
    const scale = Math.max(1, ...symbolic.data.map(Math.abs))
    const stride = Math.max(1, Math.ceil(symbolic.data.length / moved))
    for (let position = 0; position < symbolic.data.length; position += stride) {
      const difference = centralDifference(loss, feeds, source, position)
      const error = Math.abs(difference - (symbolic.data[position] as number)) / scale
      expect(error, `${label}, element ${position}: difference ${difference}`).toBeLessThan(1e-6)
    }
  })
}
