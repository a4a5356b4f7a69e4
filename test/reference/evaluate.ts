/**
 * A reference interpreter of graphs: plain loops over double-precision numbers, one function for
 * each operator by its name, nothing shared with what it checks. Slow and obvious.
 */
import type { Node, Tensor } from '../../src/graph/index.js'
import { elementCount, type NdArray } from './array.js'
import { attentionKernels } from './attention.js'
import { sizeInNumbers } from './dimensions.js'
import { elementwiseKernels } from './elementwise.js'
import { indexingKernels } from './indexing.js'
import type { Kernel } from './kernel.js'
import { layoutKernels } from './layout.js'
import { productKernels } from './products.js'
import { recurrentKernels } from './recurrent.js'
import { reductionKernels } from './reductions.js'
import { windowKernels } from './windows.js'

const kernels: Readonly<Record<string, Kernel>> = {
  ...attentionKernels,
  ...elementwiseKernels,
  ...indexingKernels,
  ...layoutKernels,
  ...productKernels,
  ...recurrentKernels,
  ...reductionKernels,
  ...windowKernels,
}

/**
 * The values of `outputs`, given those of inputs and parameters by tensor or by name. On the way
 * the actual size of everything is held against the shape that the graph says it has.
 */
export function evaluate(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor | string, NdArray>,
): NdArray[] {
  const names = new Map<string, number>()
  const known = new Map<Tensor, NdArray>()

  const settle = (tensor: Tensor, value: NdArray) => {
    const fits =
      value.shape.length === tensor.rank &&
      value.data.length === elementCount(value.shape) &&
      tensor.shape.every((dimension, axis) => {
        const actual = value.shape[axis] as number
        const expected = sizeInNumbers(dimension, names)
        if (expected === undefined) names.set(String(dimension), actual)
        return expected === undefined || expected === actual
      })
    if (!fits) throw new Error(`${tensor} came out as [${value.shape}]`)
    known.set(tensor, value)
  }

  const run = (node: Node) => {
    const kernel = kernels[node.operator.name]
    if (!kernel) throw new Error(`the reference lacks the operator ${node.operator.name}`)
    const results = kernel({
      node,
      inputs: node.inputs.map(demand),
      shapes: node.outputs.map(({ shape }) =>
        shape.map((dimension) => sizeInNumbers(dimension, names) ?? Number.NaN),
      ),
      size: (dimension) => sizeInNumbers(dimension, names) ?? Number.NaN,
      run: evaluate,
    })
    node.outputs.forEach((output, position) => {
      settle(output, results[position] as NdArray)
    })
  }

  const demand = (tensor: Tensor): NdArray => {
    const { origin } = tensor
    const before = known.get(tensor)
    if (before) return before
    if (origin.kind === 'constant') {
      settle(tensor, { shape: tensor.shape.map(Number), data: Array.from(origin.values) })
    } else if (origin.kind === 'node') {
      run(origin.node)
    } else {
      throw new Error(`no value for ${tensor}`)
    }
    return known.get(tensor) as NdArray
  }

  const { graph } = outputs[0] as Tensor
  for (const [key, value] of feeds) {
    const tensor = typeof key === 'string' ? graph.named(key) : key
    if (tensor) settle(tensor, value)
  }
  return outputs.map(demand)
}
