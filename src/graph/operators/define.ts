/** What most operators are defined with. */
import type { Node, OnnxTarget } from '../tensor.js'

/** The attributes of operators that have none. */
export interface NoAttributes {
  readonly [name: string]: never
}
export const none: NoAttributes = {}

/** The attribute of operators that work along one axis, counted from the front. */
export interface AxisAttribute {
  readonly axis: number
}

/** Lowering for operators that are one ONNX node with the same operands. */
export function direct(onnxName: string) {
  return (node: Pick<Node, 'inputs' | 'outputs'>, onnx: OnnxTarget): void => {
    onnx.write(node.outputs, onnxName, onnx.values(node.inputs))
  }
}
