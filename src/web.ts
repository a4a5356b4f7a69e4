/**
 * What a page needs to use trained models, to make features of recordings, cameras and microphones, and to run
 * graphs of its own. Nothing here needs Node.
 *
 *     const model = await loadModel('/model.onnx')
 *     const [answer] = await model.predict([{ id: 'a', text, audio, vision }])
 *
 *     const source = await openMedia(input.files[0])
 *     for await (const frame of source.readFrames({ frames: { rate: 5 } })) show(frame)
 */
export { LimbicError } from './base/errors.js'
export { decodeSafetensors } from './formats/safetensors/decode.js'
export type { SafetensorsContent, StoredTensor } from './formats/safetensors/tensors.js'
export { type ModelEnds, writeModel } from './graph/onnx/model.js'
export {
  type FileOptions,
  type ImageOptions,
  type LiveOptions,
  type LiveStream,
  openImages,
  openLive,
  openMedia,
} from './media/decode/page/index.js'
export * from './media/index.js'
export type { Moment, Recognition } from './recognise/index.js'
export { type OwnModel, type OwnRecognition, openOwnModel } from './recognise/own/own-model.js'
export {
  openPageRecogniser,
  type PageModels,
  type PageRecogniseOptions,
  recognise,
} from './recognise/page.js'
export type { Engine } from './runtime/engine.js'
export type { Session, Value } from './runtime/session.js'
export { openSession, type WebSessionOptions, webEngine } from './runtime/web.js'
export type { KnownAnswer, KnownTask } from './task/kinds.js'
export type { ModelInput } from './use/inputs.js'
export { loadModel, type WebLoadOptions } from './use/open/load-web.js'
export type { RawFeatures, RawSample } from './use/samples.js'
export type { Prediction, TrainedModel } from './use/trained-model.js'
