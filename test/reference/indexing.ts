import { Accumulator, at, build, type NdArray, places, replaced } from './array.js'
import { attributesOf, type Kernel, operand } from './kernel.js'
import { alongAxis } from './reductions.js'

const wrap = (index: number, size: number) => (index < 0 ? index + size : index)

function ranked(line: readonly number[], largest: boolean): number[] {
  return line
    .map((_, index) => index)
    .sort((a, b) => {
      const difference = (line[b] as number) - (line[a] as number)
      return (largest ? difference : -difference) || a - b
    })
}

/** An element of a row counted from 1; row 0 is all zeros. */
const ofRow = (rows: NdArray, row: number, column: number) =>
  row === 0 ? 0 : at(rows, [row - 1, column])

export const indexingKernels: Readonly<Record<string, Kernel>> = {
  gather: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    const [input, indices] = [operand(call, 0), operand(call, 1)]
    const depth = indices.shape.length
    const shape = [...input.shape.slice(0, axis), ...indices.shape, ...input.shape.slice(axis + 1)]
    return [
      build(shape, (place) => {
        const index = at(indices, place.slice(axis, axis + depth))
        const inside = wrap(index, input.shape[axis] as number)
        return at(input, [...place.slice(0, axis), inside, ...place.slice(axis + depth)])
      }),
    ]
  },
  gatherNd: (call) => {
    const [input, indices] = [operand(call, 0), operand(call, 1)]
    const depth = indices.shape.at(-1) as number
    const outer = indices.shape.length - 1
    return [
      build([...indices.shape.slice(0, -1), ...input.shape.slice(depth)], (place) => {
        const start = Array.from({ length: depth }, (_, i) =>
          wrap(at(indices, [...place.slice(0, outer), i]), input.shape[i] as number),
        )
        return at(input, [...start, ...place.slice(outer)])
      }),
    ]
  },
  scatterNdAdd: (call) => {
    const [target, indices, updates] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    const depth = indices.shape.at(-1) as number
    const outer = indices.shape.length - 1
    const total = new Accumulator(target.shape, target.data)
    for (const place of places(updates.shape)) {
      const start = Array.from({ length: depth }, (_, i) =>
        wrap(at(indices, [...place.slice(0, outer), i]), target.shape[i] as number),
      )
      total.add([...start, ...place.slice(outer)], at(updates, place))
    }
    return [total]
  },
  gatherElements: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    const [input, indices] = [operand(call, 0), operand(call, 1)]
    return [
      build(indices.shape, (place) =>
        at(input, replaced(place, axis, wrap(at(indices, place), input.shape[axis] as number))),
      ),
    ]
  },
  scatterAdd: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    const [target, indices, updates] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    const total = new Accumulator(target.shape, target.data)
    for (const place of places(updates.shape)) {
      const index = wrap(at(indices, place), target.shape[axis] as number)
      total.add(replaced(place, axis, index), at(updates, place))
    }
    return [total]
  },
  topK: (call) => {
    const { count, axis, largest } = attributesOf<{
      count: number
      axis: number
      largest: boolean
    }>(call)
    const input = operand(call, 0)
    const best = (line: readonly number[]) => ranked(line, largest).slice(0, count)
    return [
      alongAxis(input, axis, (line) => best(line).map((index) => line[index] as number), count),
      alongAxis(input, axis, best, count),
    ]
  },
  nonZero: (call) => {
    const input = operand(call, 0)
    const found = places(input.shape).filter((place) => at(input, place) !== 0)
    return [{ shape: [found.length, input.shape.length], data: found.flat() }]
  },
  takeRows: (call) => {
    const [input, numbers] = [operand(call, 0), operand(call, 1)]
    return [
      build([numbers.data.length, input.shape[1] as number], ([row, column]) =>
        ofRow(input, numbers.data[row as number] as number, column as number),
      ),
    ]
  },
  poolRows: (call) => {
    const [input, windows] = [operand(call, 0), operand(call, 1)]
    const [count, members] = windows.shape as [number, number]
    return [
      build([count, input.shape[1] as number], ([window, column]) =>
        Math.max(
          ...Array.from({ length: members }, (_, member) =>
            ofRow(input, at(windows, [window as number, member]), column as number),
          ),
        ),
      ),
    ]
  },
  neighbourConvolution: (call) => {
    const [features, neighbours, weight] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    const [taps, channels, filters] = weight.shape as [number, number, number]
    return [
      build([neighbours.shape[0] as number, filters], ([position, filter]) => {
        let sum = 0
        for (let tap = 0; tap < taps; tap++) {
          const other = at(neighbours, [position as number, tap])
          for (let channel = 0; channel < channels; channel++) {
            sum += ofRow(features, other, channel) * at(weight, [tap, channel, filter as number])
          }
        }
        return sum
      }),
    ]
  },
  neighbourConvolutionWeightGradient: (call) => {
    const [features, neighbours, upstream] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    const [positions, taps] = neighbours.shape as [number, number]
    const [channels, filters] = [features.shape[1] as number, upstream.shape[1] as number]
    const total = new Accumulator([taps, channels, filters])
    for (let position = 0; position < positions; position++) {
      for (let tap = 0; tap < taps; tap++) {
        const other = at(neighbours, [position, tap])
        for (let channel = 0; channel < channels; channel++) {
          for (let filter = 0; filter < filters; filter++) {
            const product = ofRow(features, other, channel) * at(upstream, [position, filter])
            total.add([tap, channel, filter], product)
          }
        }
      }
    }
    return [total]
  },
}
