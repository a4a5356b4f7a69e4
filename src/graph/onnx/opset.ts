/**
 * The lowest operator set that a graph needs, so that files run on old runtimes too.
 *
 * The operators written here mean the same in every set from 13 on, except those listed below.
 * Before 13, axes were attributes and Softmax was defined differently. Source: ONNX, Changelog.md.
 */
import type { GraphProto, NodeProto } from './generated/onnx_pb.js'

/** The operator set that models are written in unless an older one suffices: ONNX 1.16, of March 2024. */
export const operatorSet = 21

/** The oldest set that a model may declare: ONNX 1.8, of November 2020. */
const oldest = 13

/** The last set in which a mean has its axes as an attribute: ONNX 1.12, of June 2022. */
export const lastOlderSet = 17

/** The version of the file format released with an operator set, which every runtime of that set reads. */
export function irVersionOf(set: number): bigint {
  if (set <= 14) return 7n
  if (set <= 18) return 8n
  return set <= 20 ? 9n : 10n
}

const unchanged = [
  ...['Abs', 'Add', 'And', 'Cast', 'Concat', 'Conv', 'ConvTranspose', 'Cos', 'CumSum', 'Div'],
  ...['Equal', 'Erf', 'Exp', 'Expand', 'Gather', 'GatherElements', 'GatherND', 'Gemm', 'Greater'],
  ...['HardSigmoid', 'Identity', 'Less', 'Log', 'LogSoftmax', 'MatMul', 'Max', 'MaxPool', 'Min'],
  ...['Mul', 'Neg', 'NonZero', 'Not', 'Or', 'Range', 'ReduceSum', 'Relu', 'ReverseSequence'],
  ...['GreaterOrEqual', 'LessOrEqual', 'Scan', 'Sigmoid', 'Sign', 'Sin', 'Slice', 'Softmax'],
  ...['Softplus', 'Sqrt', 'Squeeze', 'Sub', 'Tanh', 'TopK', 'Transpose', 'Unsqueeze', 'Where'],
]

/** The set that an operator needs: always, with an attribute, or with more than `inputsBeyond` inputs. */
interface Need {
  readonly set: number
  readonly attribute?: string
  readonly inputsBeyond?: number
}

const needs: ReadonlyMap<string, readonly Need[]> = new Map([
  ...unchanged.map((name): [string, readonly Need[]] => [name, []]),
  ['AveragePool', [{ attribute: 'dilations', set: 19 }]],
  ['BatchNormalization', [{ attribute: 'training_mode', set: 14 }]],
  ['BitwiseAnd', [{ set: 18 }]],
  ['Gelu', [{ set: 20 }]],
  ['GRU', [{ attribute: 'layout', set: 14 }]],
  ['LSTM', [{ attribute: 'layout', set: 14 }]],
  ['LayerNormalization', [{ set: 17 }]],
  ['Pad', [{ inputsBeyond: 3, set: 18 }]],
  ['ReduceMax', [{ inputsBeyond: 1, set: 18 }]],
  ['ReduceMean', [{ inputsBeyond: 1, set: 18 }]],
  ['Reshape', [{ attribute: 'allowzero', set: 14 }]],
  ['ScatterElements', [{ attribute: 'reduction', set: 16 }]],
  ['ScatterND', [{ attribute: 'reduction', set: 16 }]],
  [
    'Shape',
    [
      { attribute: 'start', set: 15 },
      { attribute: 'end', set: 15 },
    ],
  ],
  ['Split', [{ attribute: 'num_outputs', set: 18 }]],
])

function setOf({ opType, input, attribute }: NodeProto): number {
  // A custom operator may need anything.
  const found = needs.get(opType) ?? [{ set: operatorSet }]
  const counts = (need: Need) =>
    need.attribute === undefined
      ? input.length > (need.inputsBeyond ?? -1)
      : attribute.some(({ name }) => name === need.attribute)
  return Math.max(oldest, ...found.filter(counts).map(({ set }) => set))
}

/** The lowest operator set in which a graph and the bodies of its loops are valid. */
export function lowestOperatorSet({ node }: Pick<GraphProto, 'node'>): number {
  let lowest = oldest
  for (const one of node) {
    lowest = Math.max(lowest, setOf(one))
    for (const { g } of one.attribute) if (g) lowest = Math.max(lowest, lowestOperatorSet(g))
  }
  return lowest
}
