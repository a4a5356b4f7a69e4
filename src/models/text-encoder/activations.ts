/** The activations of text encoders, by the names that `config.json` gives them. */
import { add, gelu, multiply, relu, sigmoid, type Tensor, tanh } from '../../graph/index.js'

export const activationNames = [
  ...(['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'silu', 'swish'] as const),
] as const
export type ActivationName = (typeof activationNames)[number]

/** GELU's approximation, `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))` (Hendrycks and Gimpel, 2016). */
function geluByTanh(input: Tensor): Tensor {
  const cube = multiply(multiply(input, input), input)
  const inner = multiply(add(input, multiply(cube, 0.044715)), Math.sqrt(2 / Math.PI))
  return multiply(multiply(input, 0.5), add(tanh(inner), 1))
}

const swish = (input: Tensor): Tensor => multiply(input, sigmoid(input))

/** The functions, element by element. */
export const activations: Readonly<Record<ActivationName, (input: Tensor) => Tensor>> = {
  gelu,
  gelu_new: geluByTanh,
  gelu_pytorch_tanh: geluByTanh,
  relu,
  silu: swish,
  swish,
}
