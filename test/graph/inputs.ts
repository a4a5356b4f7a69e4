import type { DataType, Graph, Shape } from '../../src/graph/index.js'

export const initialiser = { fill: () => {} }

export function inputs(
  graph: Graph,
  shapes: Readonly<Record<string, Shape>>,
  dataType: DataType = 'float32',
) {
  return Object.entries(shapes).map(([name, shape]) => graph.input(name, dataType, shape))
}
