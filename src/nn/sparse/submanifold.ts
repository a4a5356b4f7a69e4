/** Layers over active positions alone (Graham and van der Maaten, 2017). */
import { neighbourConvolution, type Tensor } from '../../graph/index.js'
import { normal } from '../initialise.js'
import type { Scope } from '../scope.js'

/**
 * A submanifold convolution of 3 x 3 without bias: rows of active positions, [active, inputs], to [active,
 * filters]. Parameter: `weight` [9, inputs, filters], the taps row by row, normal with deviation
 * sqrt(2 / (9 inputs)), as in SparseConvNet.
 */
export function submanifoldConvolution(
  scope: Scope,
  { inputs, filters }: { inputs: number; filters: number },
): (rows: Tensor, neighbours: Tensor) => Tensor {
  const weight = scope.parameter(
    'weight',
    [9, inputs, filters],
    normal(Math.sqrt(2 / (9 * inputs))),
  )
  return (rows, neighbours) => neighbourConvolution(rows, neighbours, weight)
}
