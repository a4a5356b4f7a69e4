/** The exports of computational sequences for other folders. */

export { openSequences } from './corpus.js'
export type { SequencesOptions } from './options.js'
export { isSequenceFile } from './recognise.js'
export {
  type ComputationalSequence,
  openComputationalSequence,
  type SequenceEntry,
} from './sequence.js'
export type { VideoSplit } from './split-file.js'
