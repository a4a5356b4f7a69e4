/** The exports of this room to others. */
export {
  type FacePicture,
  facePicture,
  type Spectrogram,
  spectrogramOf,
} from '../media/pictures.js'
export type { FaceSeen, FaceWeights } from './face.js'
export { openRecogniser, type Recogniser, type StarterModels } from './recognise.js'
export { type Moment, type Recognition, type Sense, senses } from './recognition.js'
export { type Span, spansOf } from './spans.js'
