/** Elementwise activation functions. */
import { float, int } from '../../onnx/attributes.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import { isFloating } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { type NoAttributes, none } from '../define.js'
import { add, exp, multiply, square, subtract } from './arithmetic.js'
import { unaryOperator } from './elementwise.js'

/** The hyperbolic tangent. */
export const tanh = unaryOperator('tanh', 'Tanh', (_input, output, gradient) =>
  multiply(gradient, subtract(1, square(output))),
)

/** `1 / (1 + exp(-input))`. */
export const sigmoid = unaryOperator('sigmoid', 'Sigmoid', (_input, output, gradient) =>
  multiply(gradient, multiply(output, subtract(1, output))),
)

const hardSigmoidOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'hardSigmoid',
  infer: ([{ dataType, shape }], _, mistake) =>
    isFloating(dataType)
      ? [{ dataType, shape }]
      : mistake('0', 'a floating-point tensor', dataType),
  lower({ inputs: [input], outputs }, onnx) {
    const value = onnx.value(input)
    const { dataType } = input
    if (dataType === 'float32') {
      onnx.write(outputs, 'HardSigmoid', [value], { alpha: float(0.2), beta: float(0.5) })
      return
    }
    const number = (known: number) => onnx.constant(dataType, [], [known])
    const line = onnx.emit('Add', [onnx.emit('Mul', [value, number(0.2)]), number(0.5)])
    onnx.write(outputs, 'Min', [onnx.emit('Max', [line, number(0)]), number(1)])
  },
  gradient: ({ outputs: [output] }, [gradient]) => [
    // Strictly between 0 and 1, output (1 - output) is positive.
    gradient && multiply(gradient, multiply(step(subtract(output, square(output))), 0.2)),
  ],
}

/** `0.2 * input + 0.5`, clipped to 0 to 1, as in Keras; the gradient is 0 where it is clipped. */
export function hardSigmoid(input: Tensor): Tensor {
  return applyOperator(hardSigmoidOperator, [input], none).outputs[0]
}

/** `max(input, 0)`; the gradient at 0 is 0. */
export const relu = unaryOperator('relu', 'Relu', (_input, output, gradient) =>
  multiply(gradient, step(output)),
)

const stepOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'step',
  infer: ([input], _, mistake) =>
    isFloating(input.dataType)
      ? [{ dataType: input.dataType, shape: input.shape }]
      : mistake('0', 'a floating-point tensor', String(input)),
  lower({ inputs: [input], outputs }, onnx) {
    const { dataType } = input
    if (dataType === 'float32') {
      // min(max(3e38 x, 0), 1) in one pass. It is exact, since even the smallest normal number
      // times 3e38 exceeds 1.
      const line = { alpha: float(3e38), beta: float(0) }
      onnx.write(outputs, 'HardSigmoid', [onnx.value(input)], line)
      return
    }
    const zero = onnx.constant(dataType, [], [0])
    const isPositive = onnx.emit('Greater', [onnx.value(input), zero])
    onnx.write(outputs, 'Cast', [isPositive], { to: int(onnxDataTypes[dataType]) })
  },
  gradient: () => [],
}

/** 1 where the input is above 0, 0 elsewhere; its gradient is 0. */
export function step(input: Tensor): Tensor {
  return applyOperator(stepOperator, [input], none).outputs[0]
}

/** `log(1 + exp(input))`, computed without overflow. */
export const softplus = unaryOperator('softplus', 'Softplus', (input, _output, gradient) =>
  multiply(gradient, sigmoid(input)),
)

/** The error function. */
export const erf = unaryOperator('erf', 'Erf', (input, _output, gradient) =>
  multiply(gradient, multiply(exp(multiply(square(input), -1)), 2 / Math.sqrt(Math.PI))),
)

/** The exact Gaussian error linear unit, `input * Phi(input)`. */
export const gelu = unaryOperator(
  'gelu',
  'Gelu',
  (input, _output, gradient) => {
    const cumulative = multiply(add(erf(multiply(input, Math.SQRT1_2)), 1), 0.5)
    const density = multiply(exp(multiply(square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return multiply(gradient, add(cumulative, multiply(input, density)))
  },
  ({ inputs: [input], outputs }, onnx) => {
    const value = onnx.value(input)
    const number = (known: number) => onnx.constant(input.dataType, [], [known])
    const error = onnx.emit('Erf', [onnx.emit('Mul', [value, number(Math.SQRT1_2)])])
    const half = onnx.emit('Mul', [onnx.emit('Add', [error, number(1)]), number(0.5)])
    onnx.write(outputs, 'Mul', [value, half])
  },
)
