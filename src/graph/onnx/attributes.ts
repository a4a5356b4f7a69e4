/**
 * Attributes of ONNX nodes, tagged with their kind, since a JavaScript number may be an integer or
 * a float.
 */
import type { GraphProto } from './generated/onnx_pb.js'

/** The lowered body of a loop or a branch. */
export interface OnnxBody {
  readonly kind: 'body'
  readonly content: GraphProto
}

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | OnnxBody

/** A node's attributes by name. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value })
/** True as 1, false as 0. */
export const flag = (value: boolean): OnnxAttribute => int(Number(value))
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value })
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value })
export const text = (value: string): OnnxAttribute => ({ kind: 'text', value })
