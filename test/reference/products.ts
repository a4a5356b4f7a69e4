import { at, build, stretched, stretchedShape } from './array.js'
import { attributesOf, type Kernel, operand } from './kernel.js'

export const productKernels: Readonly<Record<string, Kernel>> = {
  matmul: (call) => {
    const [left, right] = [operand(call, 0), operand(call, 1)]
    const inner = left.shape.at(-1) as number
    const batch = stretchedShape(left.shape.slice(0, -2), right.shape.slice(0, -2))
    const shape = [...batch, left.shape.at(-2) as number, right.shape.at(-1) as number]
    const own = (matrix: typeof left, place: readonly number[]) => {
      const missing = batch.length - (matrix.shape.length - 2)
      return [
        ...matrix.shape
          .slice(0, -2)
          .map((size, axis) => (size === 1 ? 0 : (place[axis + missing] as number))),
        ...place.slice(-2),
      ]
    }
    return [
      build(shape, (place) => {
        const [row, column] = place.slice(-2) as [number, number]
        const outer = place.slice(0, -2)
        let sum = 0
        for (let k = 0; k < inner; k++) {
          sum +=
            at(left, own(left, [...outer, row, k])) * at(right, own(right, [...outer, k, column]))
        }
        return sum
      }),
    ]
  },
  gemm: (call) => {
    const { transposeLeft, transposeRight } = attributesOf<{
      transposeLeft: boolean
      transposeRight: boolean
    }>(call)
    const [left, right, bias] = [operand(call, 0), operand(call, 1), call.inputs[2]]
    const rows = left.shape[transposeLeft ? 1 : 0] as number
    const inner = left.shape[transposeLeft ? 0 : 1] as number
    const columns = right.shape[transposeRight ? 0 : 1] as number
    return [
      build([rows, columns], (place) => {
        const [i, j] = place as [number, number]
        let sum = bias ? stretched(bias, place) : 0
        for (let k = 0; k < inner; k++) {
          const a = at(left, transposeLeft ? [k, i] : [i, k])
          const b = at(right, transposeRight ? [j, k] : [k, j])
          sum += a * b
        }
        return sum
      }),
    ]
  },
}
