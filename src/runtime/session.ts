/** Models that run: what a session takes and gives, in Node and in a page alike. */
import type { DataType } from '../graph/shape/shape.js'

/** Numbers in memory, with the data type and the shape that a graph's input or output has. */
export interface Value {
  readonly dataType: DataType
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
}

/** Where a model runs. `wasm` is the processor, from a web page. */
export const providers = ['cpu', 'cuda', 'webgpu', 'wasm'] as const
export type Provider = (typeof providers)[number]

export interface SessionOptions {
  /** Default: `cpu` in Node, `wasm` in a page. */
  readonly provider?: Provider
  /** Threads within one operator; all cores unless given. */
  readonly threads?: number
  /**
   * Whether threads wait for work by running in circles (Node only), which starts them sooner and takes a
   * processor for itself: for the steps of training. Default: true.
   */
  readonly spinning?: boolean
  /** Writes ONNX Runtime's profile by operator to a file whose name starts so (Node only). */
  readonly profile?: string
}

/** A model that is loaded and ready to run, in Node or in a page alike. */
export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model once.
   *
   * @param feeds a value for every input
   * @param into for some or all outputs: memory that receives the result, so that nothing is allocated
   * @param wanted which outputs to compute; all unless given (those of `into` always are)
   * @throws LimbicError where a value does not fit the model
   */
  run(
    feeds: ReadonlyMap<string, Value>,
    into?: ReadonlyMap<string, Value>,
    wanted?: readonly string[],
  ): Promise<Map<string, Value>>
  /** Frees the model's memory; it cannot run afterwards. */
  close(): Promise<void>
}
