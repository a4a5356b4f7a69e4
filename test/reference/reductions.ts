import { at, build, type NdArray, places, replaced, without } from './array.js'
import { attributesOf, type Call, type Kernel, operand } from './kernel.js'

/** The elements of `input` that fall on each place of the result. */
function groups(call: Call): { readonly shape: readonly number[]; readonly values: number[][] } {
  const { axes, keep } = attributesOf<{ axes: number[]; keep: boolean }>(call)
  const input = operand(call, 0)
  const kept = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const found = new Map<string, number[]>(places(kept).map((place) => [place.join(), []]))
  for (const place of places(input.shape)) {
    const target = place.map((index, axis) => (axes.includes(axis) ? 0 : index))
    found.get(target.join())?.push(at(input, place))
  }
  const shape = keep ? kept : input.shape.filter((_, axis) => !axes.includes(axis))
  return { shape, values: [...found.values()] }
}

function reduction(compute: (values: readonly number[]) => number): Kernel {
  return (call) => {
    const { shape, values } = groups(call)
    return [{ shape, data: values.map(compute) }]
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Each line along `axis`, transformed. */
export function alongAxis(
  input: NdArray,
  axis: number,
  transform: (line: readonly number[]) => readonly number[],
  length = input.shape[axis] as number,
): NdArray {
  const size = input.shape[axis] as number
  const lines = new Map<string, readonly number[]>()
  for (const place of places(replaced(input.shape, axis, 1))) {
    const line = Array.from({ length: size }, (_, i) => at(input, replaced(place, axis, i)))
    lines.set(without(place, axis).join(), transform(line))
  }
  return build(
    replaced(input.shape, axis, length),
    (place) => lines.get(without(place, axis).join())?.[place[axis] as number] as number,
  )
}

function logSumExp(line: readonly number[]): number {
  const highest = Math.max(...line)
  return highest + Math.log(sum(line.map((x) => Math.exp(x - highest))))
}

export const reductionKernels: Readonly<Record<string, Kernel>> = {
  sum: reduction(sum),
  mean: reduction((values) => sum(values) / values.length),
  softmax: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    return [
      alongAxis(operand(call, 0), axis, (line) => line.map((x) => Math.exp(x - logSumExp(line)))),
    ]
  },
  logSoftmax: (call) => {
    const { axis } = attributesOf<{ axis: number }>(call)
    return [alongAxis(operand(call, 0), axis, (line) => line.map((x) => x - logSumExp(line)))]
  },
  cumulativeSum: (call) => {
    const { axis, exclusive, reverse } = attributesOf<{
      axis: number
      exclusive: boolean
      reverse: boolean
    }>(call)
    return [
      alongAxis(operand(call, 0), axis, (line) =>
        line.map((_, i) =>
          sum(line.filter((_, j) => (exclusive && j === i ? false : reverse ? j >= i : j <= i))),
        ),
      ),
    ]
  },
  layerNorm: (call) => {
    const { epsilon } = attributesOf<{ epsilon: number }>(call)
    const [input, scale, bias] = [operand(call, 0), operand(call, 1), call.inputs[2]]
    const rank = input.shape.length - scale.shape.length
    const outer = input.shape.slice(0, rank)
    const means: number[] = []
    const inverses: number[] = []
    const data: number[] = []
    for (const place of places(outer)) {
      const rows = places(scale.shape)
      const values = rows.map((inner) => at(input, [...place, ...inner]))
      const mean = sum(values) / values.length
      const variance = sum(values.map((x) => (x - mean) ** 2)) / values.length
      const inverse = 1 / Math.sqrt(variance + epsilon)
      means.push(mean)
      inverses.push(inverse)
      values.forEach((x, i) => {
        data.push((x - mean) * inverse * (scale.data[i] as number) + (bias?.data[i] ?? 0))
      })
    }
    const shape = input.shape.map((size, axis) => (axis < rank ? size : 1))
    return [
      { shape: input.shape, data },
      { shape, data: means },
      { shape, data: inverses },
    ]
  },
  batchNormTraining: (call) => {
    const { epsilon } = attributesOf<{ epsilon: number }>(call)
    const [input, scale, bias] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    const all = places(input.shape)
    const channels = scale.data.map((_, channel) =>
      all.filter((place) => place[1] === channel).map((place) => at(input, place)),
    )
    const means = channels.map((values) => sum(values) / values.length)
    const variances = channels.map(
      (values, channel) =>
        sum(values.map((x) => (x - (means[channel] as number)) ** 2)) / values.length,
    )
    const output = build(input.shape, (place) => {
      const channel = place[1] as number
      const normal =
        (at(input, place) - (means[channel] as number)) /
        Math.sqrt((variances[channel] as number) + epsilon)
      return normal * (scale.data[channel] as number) + (bias.data[channel] as number)
    })
    return [output, { shape: scale.shape, data: means }, { shape: scale.shape, data: variances }]
  },
  batchNorm: (call) => {
    const { epsilon } = attributesOf<{ epsilon: number }>(call)
    const input = operand(call, 0)
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => operand(call, i).data) as [
      readonly number[],
      readonly number[],
      readonly number[],
      readonly number[],
    ]
    return [
      build(input.shape, (place) => {
        const channel = place[1] as number
        const centred = at(input, place) - (mean[channel] as number)
        const normal = centred / Math.sqrt((variance[channel] as number) + epsilon)
        return normal * (scale[channel] as number) + (bias[channel] as number)
      }),
    ]
  },
}
