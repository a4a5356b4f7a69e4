/** What Node and pages share of `limbic/media` and `limbic/web`: everything but opening a recording. */
export * from './extract/index.js'
export {
  collectFaces,
  cropFace,
  type ExpressionModel,
  expressionLabels,
  type Face,
  type FaceDetector,
  type FaceFrame,
  openExpressionModel,
  openFaceDetector,
  trackFaces,
} from './face/index.js'
export { type Recipe, recipeNamed } from './recipes/index.js'
export {
  type FeatureTrack,
  openSoundProgram,
  type SoundProgram,
  type SoundSettings,
  soundPresets,
} from './sound/index.js'
export type * from './source.js'
