import { build, stretched, stretchedShape } from './array.js'
import { attributesOf, type Kernel, operand } from './kernel.js'

function unary(compute: (x: number) => number): Kernel {
  return (call) => {
    const { shape, data } = operand(call, 0)
    return [{ shape, data: data.map((x) => compute(x)) }]
  }
}

function binary(compute: (x: number, y: number, whole: boolean) => number): Kernel {
  return (call) => {
    const [x, y] = [operand(call, 0), operand(call, 1)]
    const whole = call.node.inputs[0]?.dataType.startsWith('int') ?? false
    return [
      build(stretchedShape(x.shape, y.shape), (place) =>
        compute(stretched(x, place), stretched(y, place), whole),
      ),
    ]
  }
}

/** The error function as a sum of positive terms, which loses nothing to cancellation. */
export function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; n < 300; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

export const logistic = (x: number) => 1 / (1 + Math.exp(-x))

export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  add: binary((x, y) => x + y),
  subtract: binary((x, y) => x - y),
  multiply: binary((x, y) => x * y),
  divide: binary((x, y, whole) => (whole ? Math.trunc(x / y) : x / y)),
  minimum: binary((x, y) => Math.min(x, y)),
  maximum: binary((x, y) => Math.max(x, y)),
  equal: binary((x, y) => Number(x === y)),
  less: binary((x, y) => Number(x < y)),
  lessOrEqual: binary((x, y) => Number(x <= y)),
  greater: binary((x, y) => Number(x > y)),
  greaterOrEqual: binary((x, y) => Number(x >= y)),
  and: binary((x, y) => Number(x !== 0 && y !== 0)),
  or: binary((x, y) => Number(x !== 0 || y !== 0)),
  not: unary((x) => Number(x === 0)),
  negate: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary(logistic),
  hardSigmoid: unary((x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1)),
  relu: unary((x) => Math.max(x, 0)),
  step: unary((x) => Number(x > 0)),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  erf: unary(errorFunction),
  gelu: unary((x) => (x * (1 + errorFunction(x / Math.SQRT2))) / 2),
  stopGradient: unary((x) => x),
  cast: (call) => {
    const { to } = attributesOf<{ to: string }>(call)
    const { shape, data } = operand(call, 0)
    const convert = to === 'bool' ? (x: number) => Number(x !== 0) : Math.trunc
    return [{ shape, data: to.startsWith('float') ? data : data.map(convert) }]
  },
  where: (call) => {
    const [condition, yes, no] = [operand(call, 0), operand(call, 1), operand(call, 2)]
    return [
      build(stretchedShape(condition.shape, yes.shape, no.shape), (place) =>
        stretched(condition, place) !== 0 ? stretched(yes, place) : stretched(no, place),
      ),
    ]
  },
}
