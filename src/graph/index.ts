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
export * from './listing.js'
export * from './onnx/metadata.js'
export * from './onnx/model.js'
export * from './operators/activation.js'
export * from './operators/arithmetic.js'
export { type AttentionOperands, attention } from './operators/attention.js'
export { averageAttention } from './operators/attention-average.js'
export { type BatchNormOperands, batchNorm } from './operators/batch-norm.js'
export { packedShape, unpackBits } from './operators/bits.js'
export * from './operators/comparison.js'
export { type ConvolutionOptions, convolution } from './operators/convolution.js'
export * from './operators/dropout.js'
export * from './operators/gru.js'
export * from './operators/indexing.js'
export { layerNorm } from './operators/layer-norm.js'
export * from './operators/layout.js'
export * from './operators/lstm.js'
export * from './operators/matmul.js'
export * from './operators/pooling.js'
export {
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  standardDeviation,
  variance,
} from './operators/reduction.js'
export * from './operators/reversal.js'
export * from './operators/scan.js'
export { positions, sizeOf } from './operators/sizes.js'
export * from './operators/slices.js'
export * from './operators/softmax.js'
export { stopGradient } from './operators/stop-gradient.js'
export * from './operators/trigonometry.js'
export {
  addDimensions,
  type DataType,
  type Dimension,
  multiplyDimensions,
  type Shape,
  subtractDimensions,
  type TensorType,
} from './shape.js'
