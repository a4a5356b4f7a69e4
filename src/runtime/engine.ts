/** The port to whatever runs graphs: ONNX Runtime in Node, in a page, or anything else. */
import type { Session, SessionOptions } from './session.js'

/** Runs graphs. */
export interface Engine {
  /**
   * Loads a graph.
   *
   * @param model the bytes of an ONNX model
   * @throws LimbicError if the engine cannot run it
   */
  open(model: Uint8Array, options?: SessionOptions): Promise<Session>
}
