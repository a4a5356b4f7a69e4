/** What most definitions of operators use. */
import type { Node, OnnxTarget } from '../tensor.js'

/** The attributes of an operator that has none. */
export interface NoAttributes {
  readonly [name: string]: never
}
export const none: NoAttributes = {}

/** The attribute of operators that work along one axis, counted from the front. */
export interface AxisAttribute {
  readonly axis: number
}

/** The attribute of normalisations: what is added to the variance, under the root. */
export interface EpsilonAttribute {
  readonly epsilon: number
}

/** The lowering of an operator that is one ONNX node with the same operands. */
export function direct(onnxName: string) {
  return (node: Pick<Node, 'inputs' | 'outputs'>, onnx: OnnxTarget): void => {
    onnx.write(node.outputs, onnxName, onnx.values(node.inputs))
  }
}
