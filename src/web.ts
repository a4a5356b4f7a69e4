/**
 * What a page needs to use trained models, and to run graphs of its own. Nothing here needs Node.
 *
 *     const model = await loadModel('/model.onnx')
 *     const [answer] = await model.predict([{ id: 'a', text, audio, vision }])
 */
export { LimbicError } from './base/errors.js'
export { decodeSafetensors } from './formats/safetensors/decode.js'
export type { SafetensorsContent, StoredTensor } from './formats/safetensors/tensors.js'
export { type ModelEnds, writeModel } from './graph/onnx/model.js'
export type { Session, Value } from './runtime/session.js'
export { openSession, type WebSessionOptions } from './runtime/web.js'
export type { KnownAnswer, KnownTask } from './task/kinds.js'
export type { ModelInput } from './use/inputs.js'
export { loadModel, type WebLoadOptions } from './use/open/load-web.js'
export type { RawFeatures, RawSample } from './use/samples.js'
export type { Prediction, TrainedModel } from './use/trained-model.js'
