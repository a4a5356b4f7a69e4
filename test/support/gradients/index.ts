/**
 * Checks operators against the reference interpreter: what ONNX Runtime computes forward, and its
 * gradients, against plain loops in double precision and their central differences.
 */
export {
  between,
  fromValue,
  type GradientCase,
  given,
  integers,
  type Operand,
  ofOne,
  type Sizes,
  toValue,
} from './cases.js'
export { checkGradient, describeGradients } from './describe.js'
