import { Accumulator, at, build, type NdArray, type Place, places } from './array.js'
import { attributesOf, type Call, type Kernel, operand } from './kernel.js'

interface Sliding {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: { readonly before: readonly number[]; readonly after: readonly number[] }
}

/** Where element `inner` of window `window` lies, or undefined in the padding. */
function source(
  window: Place,
  inner: Place,
  sizes: readonly number[],
  { stride, dilation, padding }: Sliding,
): Place | undefined {
  const place = window.map(
    (index, axis) =>
      index * (stride[axis] as number) +
      (inner[axis] as number) * (dilation[axis] as number) -
      (padding.before[axis] as number),
  )
  return place.every((index, axis) => index >= 0 && index < (sizes[axis] as number))
    ? place
    : undefined
}

function windowShape(
  sizes: readonly number[],
  kernel: readonly number[],
  { stride, dilation, padding }: Sliding,
): number[] {
  return sizes.map((size, axis) => {
    const room = size + (padding.before[axis] as number) + (padding.after[axis] as number)
    const span = ((kernel[axis] as number) - 1) * (dilation[axis] as number) + 1
    return Math.floor((room - span) / (stride[axis] as number)) + 1
  })
}

/** Calls `visit` for every product that a convolution adds up. */
function products(
  shapes: {
    readonly input: readonly number[]
    readonly weight: readonly number[]
    readonly output: readonly number[]
  },
  attributes: Sliding & { readonly groups: number },
  visit: (input: Place, weight: Place, output: Place) => void,
): void {
  const [filters, channels] = shapes.weight as [number, number]
  const inner = places(shapes.weight.slice(2))
  for (const output of places(shapes.output)) {
    const [batch, filter] = output as [number, number]
    const group = Math.floor((filter * attributes.groups) / filters)
    for (const element of inner) {
      const place = source(output.slice(2), element, shapes.input.slice(2), attributes)
      if (!place) continue
      for (let channel = 0; channel < channels; channel++) {
        visit([batch, group * channels + channel, ...place], [filter, channel, ...element], output)
      }
    }
  }
}

type Convolution = Sliding & { readonly groups: number }

function eachWindow(
  call: Call,
  compute: (values: readonly Place[], input: NdArray, leading: Place) => number,
) {
  const attributes = attributesOf<Sliding & { kernel: readonly number[] }>(call)
  const input = operand(call, 0)
  const sizes = input.shape.slice(2)
  const inner = places(attributes.kernel)
  const shape = [...input.shape.slice(0, 2), ...windowShape(sizes, attributes.kernel, attributes)]
  return build(shape, (place) => {
    const found = inner.flatMap((element) => {
      const one = source(place.slice(2), element, sizes, attributes)
      return one ? [one] : []
    })
    return compute(found, input, place.slice(0, 2))
  })
}

export const windowKernels: Readonly<Record<string, Kernel>> = {
  convolution: (call) => {
    const attributes = attributesOf<Convolution>(call)
    const [input, weight, bias] = [operand(call, 0), operand(call, 1), call.inputs[2]]
    const windows = windowShape(input.shape.slice(2), weight.shape.slice(2), attributes)
    const output = [input.shape[0] as number, weight.shape[0] as number, ...windows]
    const total = new Accumulator(
      output,
      build(output, ([, filter]) => bias?.data[filter as number] ?? 0).data,
    )
    products({ input: input.shape, weight: weight.shape, output }, attributes, (x, w, y) => {
      total.add(y, at(input, x) * at(weight, w))
    })
    return [total]
  },
  convolutionInputGradient: (call) => {
    const attributes = attributesOf<Convolution>(call)
    const [upstream, weight] = [operand(call, 0), operand(call, 1)]
    const shape = call.shapes[0] as number[]
    const total = new Accumulator(shape)
    products(
      { input: shape, weight: weight.shape, output: upstream.shape },
      attributes,
      (x, w, y) => {
        total.add(x, at(upstream, y) * at(weight, w))
      },
    )
    return [total]
  },
  convolutionWeightGradient: (call) => {
    const attributes = attributesOf<Convolution>(call)
    const [input, upstream] = [operand(call, 0), operand(call, 1)]
    const shape = call.shapes[0] as number[]
    const total = new Accumulator(shape)
    products(
      { input: input.shape, weight: shape, output: upstream.shape },
      attributes,
      (x, w, y) => {
        total.add(w, at(input, x) * at(upstream, y))
      },
    )
    return [total]
  },
  averagePool: (call) => {
    const { kernel } = attributesOf<{ kernel: readonly number[] }>(call)
    const count = kernel.reduce((product, size) => product * size, 1)
    return [
      eachWindow(
        call,
        (found, input, leading) =>
          found.reduce((sum, place) => sum + at(input, [...leading, ...place]), 0) / count,
      ),
    ]
  },
  maxPool: (call) => {
    const best = (found: readonly Place[], input: NdArray, leading: Place) =>
      found
        .map((place) => [...leading, ...place])
        .reduce((one, other) => (at(input, other) > at(input, one) ? other : one))
    return [
      eachWindow(call, (found, input, leading) => at(input, best(found, input, leading))),
      eachWindow(call, (found, input, leading) =>
        best(found, input, leading).reduce(
          (offset, index, axis) => offset * (input.shape[axis] as number) + index,
          0,
        ),
      ),
    ]
  },
}
