/** Faces in pictures: detection, tracking, crops and expressions. */
export { areaOf, type Box, overlapOf, type Region } from './box.js'
export * from './crop.js'
export {
  type Face,
  type FaceDetector,
  type FaceDetectorOptions,
  openFaceDetector,
  type Point,
} from './detector.js'
export * from './expression/expression.js'
export { type Expression, expressionLabels } from './expression/network.js'
export { chooseFaces, type FaceChoice, faceChoices } from './track/choose.js'
export { collectFaces, type FaceSequence, type SequenceOptions } from './track/sequence.js'
export { type FaceFrame, type TrackedFace, type TrackOptions, trackFaces } from './track/track.js'
