/** Symbolic tensors, operators, gradients and ONNX. */
export * from './gradients.js'
export { Graph } from './graph.js'
export * from './inspect.js'
export * from './onnx/metadata.js'
export * from './onnx/model.js'
export * from './operators/algebra/activation.js'
export * from './operators/algebra/arithmetic.js'
export * from './operators/algebra/comparison.js'
export { affine, gemm, matmul } from './operators/algebra/matmul.js'
export { reduceMean, standardDeviation, variance } from './operators/algebra/reduction.js'
export { stopGradient } from './operators/algebra/stop-gradient.js'
export * from './operators/algebra/trigonometry.js'
export { type AttentionOperands, attention } from './operators/attention/attention.js'
export { averageAttention } from './operators/attention/attention-average.js'
export { packedShape, unpackBits } from './operators/attention/bits.js'
export * from './operators/attention/dropout.js'
export * from './operators/layout/axes.js'
export { fromColumns, toColumns } from './operators/layout/columns.js'
export * from './operators/layout/concat.js'
export * from './operators/layout/reshape.js'
export * from './operators/layout/reversal.js'
export { positions, sizeOf } from './operators/layout/sizes.js'
export * from './operators/layout/slices.js'
export { expand, reduceSum, zerosLike } from './operators/layout/stretch.js'
export { transpose } from './operators/layout/transpose.js'
export { type BatchNormOperands, batchNorm } from './operators/normalise/batch-norm.js'
export { layerNorm } from './operators/normalise/layer-norm.js'
export * from './operators/normalise/softmax.js'
export { type GruLane, type GruResult, gru } from './operators/sequence/gru.js'
export { type LstmLane, type LstmResult, lstm } from './operators/sequence/lstm.js'
export { scan } from './operators/sequence/scan.js'
export * from './operators/sequence/step-masks.js'
export * from './operators/sparse/cumulative-sum.js'
export * from './operators/sparse/elements.js'
export * from './operators/sparse/gather.js'
export { neighbourConvolution } from './operators/sparse/neighbours.js'
export * from './operators/sparse/non-zero.js'
export * from './operators/sparse/row-pooling.js'
export { takeRows } from './operators/sparse/rows.js'
export * from './operators/sparse/top-k.js'
export { type ConvolutionOptions, convolution } from './operators/window/convolution.js'
export * from './operators/window/pooling.js'
export { nodesInOrder } from './order.js'
export type { DropoutMask, Initialiser, Parameter } from './parameter.js'
export {
  addDimensions,
  type DataType,
  type Dimension,
  elementCount,
  floorDivideDimension,
  formatShape,
  isFloating,
  multiplyDimensions,
  resolveDimension,
  type Shape,
  sameShape,
  subtractDimensions,
  type TensorType,
} from './shape/shape.js'
export { type GraphBody, Node, type Operator, Tensor, type TensorGraph } from './tensor.js'
