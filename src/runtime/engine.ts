/** The port to what runs graphs: ONNX Runtime in Node or in a page, or another engine. */
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
