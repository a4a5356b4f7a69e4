/** What a page needs to run models: sessions, checkpoints, and graphs as ONNX. Nothing here needs Node. */
export { LimbicError } from './errors.js'
export { type ModelEnds, writeModel } from './graph/onnx/model.js'
export type { Session, Value } from './runtime/session.js'
export { openSession, type WebSessionOptions } from './runtime/web.js'
export { decodeSafetensors } from './safetensors/decode.js'
export type { SafetensorsContent, StoredTensor } from './safetensors/tensors.js'
