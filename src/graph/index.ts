/** Symbolic tensors, operators, gradients and ONNX. */
export * from './gradients.js'
export {
  Graph,
  type GraphBody,
  type Initialiser,
  Node,
  nodesInOrder,
  type Operator,
  type Parameter,
  Tensor,
} from './graph.js'
export * from './onnx/model.js'
export * from './operators/activation.js'
export * from './operators/arithmetic.js'
export * from './operators/comparison.js'
export * from './operators/layout.js'
export * from './operators/lstm.js'
export * from './operators/matmul.js'
export {
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  standardDeviation,
  variance,
} from './operators/reduction.js'
export * from './operators/scan.js'
export { positions, sizeOf } from './operators/sizes.js'
export * from './operators/softmax.js'
export type { DataType, Dimension, Shape, TensorType } from './shape.js'
