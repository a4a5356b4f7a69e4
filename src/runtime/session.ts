/** What a session takes and returns, in Node and in a page alike. */
import type { DataType } from '../graph/shape/shape.js'

/** Numbers in memory, with data type and shape. */
export interface Value {
  readonly dataType: DataType
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
}

/** Where a model runs. `wasm` is the CPU, in a page. */
export const providers = ['cpu', 'cuda', 'webgpu', 'wasm'] as const
export type Provider = (typeof providers)[number]

export interface SessionOptions {
  /** Default: `cpu` in Node, `wasm` in a page. */
  readonly provider?: Provider
  /** Threads within one operator; all cores unless given. */
  readonly threads?: number
  /**
   * Whether threads spin while they wait for work (Node only). They start sooner but occupy their
   * cores: for training steps. Default: true.
   */
  readonly spinning?: boolean
  /** Writes ONNX Runtime's profile by operator to a file with this prefix (Node only). */
  readonly profile?: string
}

/** A loaded model, in Node or in a page. */
export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model once.
   *
   * @param feeds a value for every input
   * @param into for some or all outputs: memory to write the result to, so that nothing is
   * allocated
   * @param wanted which outputs to compute; all by default (those of `into` always are)
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
