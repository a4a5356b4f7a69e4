/** Text encoders from published checkpoints: ALBERT and BERT, built of Limbic's own layers. */
export {
  type AlbertConfig,
  type BertConfig,
  type TextEncoderConfig,
  textEncoderConfig,
  textEncoderTypes,
} from './config.js'
export { type EncodedTokens, type TokenInputs, textEncoder } from './encoder.js'
export type { EncoderWeights } from './parts.js'
export { type CheckpointTensor, textEncoderWeights } from './weights.js'
