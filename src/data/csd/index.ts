export { openSequences } from './corpus.js'
export { moseiEmotions } from './labels.js'
export type { SequencesOptions } from './options.js'
export {
  type ComputationalSequence,
  openComputationalSequence,
  type SequenceEntry,
} from './sequence.js'
export { readVideoSplit, type VideoSplit } from './split-file.js'
