import { at, build, replaced, stretched } from './array.js'
import { attributesOf, type Kernel, operand } from './kernel.js'

type Sizes = readonly (number | string)[]

const relabel: Kernel = (call) => [
  { shape: call.shapes[0] as number[], data: operand(call, 0).data },
]

export const layoutKernels: Readonly<Record<string, Kernel>> = {
  reshape: relabel,
  squeeze: relabel,
  unsqueeze: relabel,
  transpose: (call) => {
    const { order } = attributesOf<{ order: number[] }>(call)
    const input = operand(call, 0)
    return [
      build(
        order.map((axis) => input.shape[axis] as number),
        (place) => {
          const source = [...place]
          order.forEach((axis, position) => {
            source[axis] = place[position] as number
          })
          return at(input, source)
        },
      ),
    ]
  },
  expand: (call) => [
    build(call.shapes[0] as number[], (place) => stretched(operand(call, 0), place)),
  ],
  concat: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    const first = operand(call, 0)
    const total = call.inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0)
    return [
      build(replaced(first.shape, axis, total), (place) => {
        let position = place[axis] as number
        for (const input of call.inputs) {
          const size = input.shape[axis] as number
          if (position < size) return at(input, replaced(place, axis, position))
          position -= size
        }
        throw new Error('beyond the last operand')
      }),
    ]
  },
  split: (call) => {
    const { axis, sizes } = attributesOf<{ axis: number; sizes: Sizes }>(call)
    const input = operand(call, 0)
    let start = 0
    return sizes.map((dimension) => {
      const [size, from] = [call.size(dimension), start]
      start += size
      return build(replaced(input.shape, axis, size), (place) =>
        at(input, replaced(place, axis, from + (place[axis] as number))),
      )
    })
  },
  pad: (call) => {
    const attributes = attributesOf<{ before: Sizes; after: Sizes; value: number }>(call)
    const input = operand(call, 0)
    const before = attributes.before.map((size) => call.size(size))
    const after = attributes.after.map((size) => call.size(size))
    const shape = input.shape.map(
      (size, axis) => size + (before[axis] as number) + (after[axis] as number),
    )
    return [
      build(shape, (place) => {
        const source = place.map((index, axis) => index - (before[axis] as number))
        const inside = source.every(
          (index, axis) => index >= 0 && index < (input.shape[axis] as number),
        )
        return inside ? at(input, source) : attributes.value
      }),
    ]
  },
  slice: (call) => {
    const attributes = attributesOf<{
      axis: number
      start: number | string
      size: number | string
    }>(call)
    const input = operand(call, 0)
    const [start, size] = [call.size(attributes.start), call.size(attributes.size)]
    const { axis } = attributes
    return [
      build(replaced(input.shape, axis, size), (place) =>
        at(input, replaced(place, axis, start + (place[axis] as number))),
      ),
    ]
  },
  reverse: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    const input = operand(call, 0)
    const last = (input.shape[axis] as number) - 1
    return [
      build(input.shape, (place) =>
        at(input, replaced(place, axis, last - (place[axis] as number))),
      ),
    ]
  },
  reverseSequence: (call) => {
    const { timeAxis } = attributesOf<{ timeAxis: number }>(call)
    const [input, lengths] = [operand(call, 0), operand(call, 1)]
    return [
      build(input.shape, (place) => {
        const time = place[timeAxis] as number
        const length = lengths.data[place[1 - timeAxis] as number] as number
        return at(input, time < length ? replaced(place, timeAxis, length - 1 - time) : place)
      }),
    ]
  },
  size: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    return [{ shape: [], data: [operand(call, 0).shape[axis] as number] }]
  },
  positions: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    return [build([operand(call, 0).shape[axis] as number], ([index]) => index as number)]
  },
}
