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
export * from './inspect.js'
export * from './onnx/metadata.js'
export * from './onnx/model.js'
export * from './operators/algebra/activation.js'
export * from './operators/algebra/arithmetic.js'
export * from './operators/algebra/comparison.js'
export * from './operators/algebra/matmul.js'
export {
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  standardDeviation,
  variance,
} from './operators/algebra/reduction.js'
export { stopGradient } from './operators/algebra/stop-gradient.js'
export * from './operators/algebra/trigonometry.js'
export { type AttentionOperands, attention } from './operators/attention/attention.js'
export { averageAttention } from './operators/attention/attention-average.js'
export { packedShape, unpackBits } from './operators/attention/bits.js'
export * from './operators/attention/dropout.js'
export * from './operators/layout/layout.js'
export * from './operators/layout/reversal.js'
export { positions, sizeOf } from './operators/layout/sizes.js'
export * from './operators/layout/slices.js'
export { type BatchNormOperands, batchNorm } from './operators/normalise/batch-norm.js'
export { layerNorm } from './operators/normalise/layer-norm.js'
export * from './operators/normalise/softmax.js'
export * from './operators/sequence/gru.js'
export * from './operators/sequence/lstm.js'
export * from './operators/sequence/scan.js'
export * from './operators/sparse/indexing.js'
export { type ConvolutionOptions, convolution } from './operators/window/convolution.js'
export * from './operators/window/pooling.js'
export {
  addDimensions,
  type DataType,
  type Dimension,
  multiplyDimensions,
  type Shape,
  subtractDimensions,
  type TensorType,
} from './shape/shape.js'
