import {
  abs,
  add,
  addAll,
  and,
  cast,
  divide,
  equal,
  erf,
  exp,
  gelu,
  greater,
  greaterOrEqual,
  hardSigmoid,
  less,
  lessOrEqual,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  not,
  or,
  relu,
  sigmoid,
  sign,
  softplus,
  sqrt,
  square,
  subtract,
  type Tensor,
  tanh,
  where,
} from '../../../src/graph/index.js'
import {
  between,
  describeGradients,
  type GradientCase,
  given,
  integers,
} from '../../support/gradients/index.js'

type Operands = Readonly<Record<string, Tensor>>

const of = (name: string, apply: (x: Tensor) => Tensor, values = between(-2, 2)): GradientCase => ({
  name,
  operands: { x: { shape: [3, 5], values } },
  build: ({ x }: Operands) => apply(x as Tensor),
})

const onlySingle = (one: GradientCase): GradientCase => ({ ...one, dataType: 'float32' })

const pair = (
  name: string,
  apply: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[],
  values = between(0.5, 2),
): GradientCase => ({
  name: `${name}, both operands broadcast`,
  operands: { x: { shape: [4, 1, 3], values }, y: { shape: [2, 1], values } },
  build: ({ x, y }: Operands) => apply(x as Tensor, y as Tensor),
})

const whole = (name: string, apply: (x: Tensor, y: Tensor) => Tensor): GradientCase => ({
  name,
  operands: {
    x: { shape: [6], dataType: 'int64', values: given([-7, -1, 0, 3, 5, 7]) },
    y: { shape: [2, 6], dataType: 'int64', values: given([2, 2, 2, 3, 5, -2, 1, -1, 3, 4, 5, 6]) },
  },
  build: ({ x, y }: Operands) => apply(x as Tensor, y as Tensor),
})

describeGradients('functions of one tensor', [
  of('negate', negate),
  of('exp', exp),
  of('log', log, between(0.2, 3)),
  of('sqrt', sqrt, between(0.2, 3)),
  of('abs', abs),
  of('sign', sign),
  of('square', square),
  of('tanh', tanh),
  of('sigmoid', sigmoid),
  of('hardSigmoid', hardSigmoid),
  onlySingle(
    of(
      'hardSigmoid far out',
      hardSigmoid,
      given([-9, -3, -2, -1, 0, 1, 2, 3, 9, 4, 5, -5, 6, 7, -6]),
    ),
  ),
  of('relu', relu),
  of('addAll', (x) => addAll(x, 2, square(x), x)),
  of('numbers on either side', (x) => divide(1, add(3, multiply(2, subtract(x, 0.5))))),
  onlySingle(of('softplus', softplus)),
  onlySingle(
    of('softplus far out', softplus, given([-90, -20, 0, 1, 2, 3, 20, 90, -1, -2, -3, 4, 5, 6, 7])),
  ),
  onlySingle(of('erf', erf)),
  onlySingle(of('gelu', gelu)),
  { ...of('cast there and back', (x) => cast(cast(x, 'float32'), 'float64')), tolerance: 1e-7 },
])

describeGradients(
  'functions of two tensors',
  [
    pair('add', add),
    pair('subtract', subtract),
    pair('multiply', multiply),
    pair('divide', divide),
    pair('minimum', minimum),
    pair('maximum', maximum),
    {
      name: 'minimum and maximum of equal operands: the left one receives the gradient',
      operands: {
        x: { shape: [3], values: given([1, 2, 3]) },
        y: { shape: [3], values: given([1, 5, 0]) },
      },
      build: ({ x, y }: Operands) => [
        minimum(x as Tensor, y as Tensor),
        maximum(x as Tensor, y as Tensor),
      ],
      differences: false,
    },
    {
      name: 'a scalar against a tensor',
      operands: { x: [], y: [2, 3] },
      build: ({ x, y }: Operands) => multiply(x as Tensor, y as Tensor),
    },
    {
      name: 'names of dimensions that broadcast',
      operands: { x: ['batch', 'time', 3], y: ['time', 1], z: ['batch', 1, 1] },
      build: ({ x, y, z }: Operands) =>
        add(multiply(x as Tensor, y as Tensor), tanh(multiply(y as Tensor, z as Tensor))),
    },
    {
      name: 'nothing at all: no elements',
      operands: { x: [0, 3], y: [1, 3] },
      build: ({ x, y }: Operands) => multiply(x as Tensor, exp(y as Tensor)),
    },
    whole('whole numbers: add', add),
    whole('whole numbers: multiply', multiply),
    whole('whole numbers: divide towards zero', divide),
    whole('whole numbers: minimum', minimum),
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 2, time: 1 },
      { batch: 1, time: 5 },
    ],
  },
)

const condition = (x: Tensor, y: Tensor) => [
  equal(x, y),
  less(x, y),
  lessOrEqual(x, y),
  greater(x, y),
  greaterOrEqual(x, y),
  and(less(x, y), not(equal(x, 1))),
  or(less(x, y), equal(x, 1)),
]

describeGradients('comparisons and choice', [
  pair('comparisons', condition, integers(0, 3)),
  {
    name: 'comparisons of whole numbers',
    operands: {
      x: { shape: [3, 4], dataType: 'int64', values: integers(0, 3) },
      y: { shape: [4], dataType: 'int64', values: integers(0, 3) },
    },
    build: ({ x, y }: Operands) => condition(x as Tensor, y as Tensor),
  },
  {
    name: 'where, all three broadcast',
    operands: {
      c: { shape: [2, 1, 3], dataType: 'bool', values: integers(0, 2) },
      x: [4, 1],
      y: [2, 1, 1],
    },
    build: ({ c, x, y }: Operands) => where(c as Tensor, x as Tensor, y as Tensor),
  },
  {
    name: 'where with a number',
    operands: { x: [5, 2] },
    build: ({ x }: Operands) => where(greater(x as Tensor, 0), x as Tensor, -1),
  },
])
