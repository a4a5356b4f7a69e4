/** Checks of layers: with their parameters as operands, against the reference and its differences. */
import { Graph, type Initialiser, type Tensor } from '../../../src/graph/index.js'
import { Scope } from '../../../src/nn/index.js'
import type { GradientCase, Operand } from '../gradients/index.js'

/** Sequences of four numbers a step. */
export const sequence = ['batch', 'time', 4] as const

/** Lengths of up to three of them, of which the longest is first. */
export const lengths: Operand = {
  shape: ['batch'],
  dataType: 'int64',
  values: ([batch = 0]) => [3, 1, 2].slice(0, batch),
}

/** A scope whose parameters are given: what a layer declares it finds here, by path. */
class GivenScope extends Scope {
  constructor(
    graph: Graph,
    readonly given: Readonly<Record<string, Tensor>>,
    path = '',
  ) {
    super(graph, false, path)
  }

  override child(name: string): Scope {
    return new GivenScope(this.graph, this.given, this.join(name))
  }

  override parameter(name: string): Tensor {
    const found = this.given[this.join(name)]
    if (!found) throw new Error(`no operand for the parameter ${this.join(name)}`)
    return found
  }
}

/**
 * A case for `describeGradients` or `checkGradient` that differentiates a layer by its inputs and
 * by all its parameters.
 *
 * @param apply declares the layer and applies it
 */
export function layerCase(
  name: string,
  inputs: GradientCase['operands'],
  apply: (scope: Scope, inputs: Readonly<Record<string, Tensor>>) => Tensor | readonly Tensor[],
  options: Partial<GradientCase> = {},
): GradientCase {
  // Applied once on the side, it tells which parameters it has.
  const graph = new Graph()
  const tensors = Object.entries(inputs).map(([key, given]) => {
    const { shape, dataType = 'float32' }: Operand = 'shape' in given ? given : { shape: given }
    return [key, graph.input(key, dataType, shape)] as const
  })
  apply(new Scope(graph), Object.fromEntries(tensors))
  const parameters = [...graph.parameters.values()].map(
    ({ name: path, shape, trainable }) => [path, { shape, differentiate: trainable }] as const,
  )
  return {
    ...options,
    name,
    operands: { ...inputs, ...Object.fromEntries(parameters) },
    build: (operands, inside) => apply(new GivenScope(inside, operands), operands),
  }
}

/** The first values of one parameter. */
export function initialValues(
  initialiser: Initialiser,
  shape: readonly number[],
  seed = 0,
  name = 'parameter',
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  initialiser.fill(values, shape, seed, name)
  return values
}
