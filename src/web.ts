/** What a page needs to run models: sessions, checkpoints, and graphs as ONNX. Nothing here needs Node. */
export { LimbicError } from './base/errors.js'
export { decodeSafetensors } from './formats/safetensors/decode.js'
export type { SafetensorsContent, StoredTensor } from './formats/safetensors/tensors.js'
export { type ModelEnds, writeModel } from './graph/onnx/model.js'
export type { Session, Value } from './runtime/session.js'
export { openSession, type WebSessionOptions } from './runtime/web.js'
