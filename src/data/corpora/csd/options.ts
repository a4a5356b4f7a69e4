/** Options for reading computational sequences. */

import { LimbicError } from '../../../base/errors.js'
import type { FrameOptions } from '../../../media/extract/word-frames.js'
import type { Modality } from '../../dataset.js'
import type { InvalidPolicy } from '../../prepare/invalid/invalid.js'
import type { LabelPolicy } from '../../prepare/labels/settle.js'
import type { ComputationalSequence } from './sequence.js'
import type { VideoSplit } from './split-file.js'

/** Which computational sequences make up a corpus, and how to combine them. */
export interface SequencesOptions {
  /** The corpus's name in reports; the label sequence's name if left out. */
  readonly name?: string
  /** Paths of the `.csd` files: at least one modality, and the labels. */
  readonly text?: string
  readonly audio?: string
  readonly vision?: string
  readonly labels: string
  /** The words as text: the source of the transcripts and of the intervals to align to. */
  readonly words?: string
  /** A JSON file with the lists of video ids `train`, `valid` and `test`, or those lists. */
  readonly split: string | VideoSplit
  /**
   * `words` (default): every modality has one step per word (a row of `words`, else of `text`), the
   * mean of the rows that fall on it. `none`: every modality keeps its own rows.
   */
  readonly alignment?: 'words' | 'none'
  /**
   * With alignment to words: also the audio and vision frames of each word, as features such as
   * `audioFrames` [frames, width] and `audioFrameCounts`.
   */
  readonly frames?: FrameOptions
  /** Whether pauses (the word `sp`) stay as steps (default) or are left out; leaving out needs `words`. */
  readonly pauses?: 'keep' | 'remove'
  /**
   * Numbers that are not finite are left out of averages (`mean`, the default), set to 0 before
   * averaging, or an error.
   */
  readonly invalid?: InvalidPolicy
  /** What to do with sentiment beyond -3 to 3; see `settleLabels`. `refuse` also refuses labels that are not finite. */
  readonly labelPolicy?: LabelPolicy | undefined
  /** Whether to read everything once on opening, so that the notes count all invalid numbers (default). */
  readonly scan?: boolean
  /** The size of the cache of rows, in bytes; 1 GiB by default. */
  readonly cacheBytes?: number
}

/** The open files of a corpus, and how to combine them. */
export interface CorpusSources {
  readonly modalities: ReadonlyMap<Modality, ComputationalSequence>
  readonly labels: ComputationalSequence
  /** The class names that label numbers stand for, if the labels were text. */
  readonly classNames?: readonly string[]
  readonly words: ComputationalSequence | undefined
  /**
   * The sequence whose rows become the steps of every modality; undefined if each keeps its own.
   */
  readonly reference: ComputationalSequence | undefined
  readonly removePauses: boolean
  readonly frames?: FrameOptions
}

/**
 * Chooses what to align to.
 *
 * @throws LimbicError if no modality is given, or the options require words or text that are not
 * given.
 */
export function arrangeSources(
  { alignment = 'words', pauses = 'keep', frames }: SequencesOptions,
  modalities: ReadonlyMap<Modality, ComputationalSequence>,
  labels: ComputationalSequence,
  words: ComputationalSequence | undefined,
): CorpusSources {
  if (modalities.size === 0) {
    throw new LimbicError('no modality is given', { expected: 'text, audio or vision' })
  }
  const reference = alignment === 'words' ? (words ?? modalities.get('text')) : undefined
  if (alignment === 'words' && reference === undefined) {
    throw new LimbicError('nothing to align to', {
      expected: 'the sequence words or text',
      hint: "Give one, or choose alignment 'none'",
    })
  }
  if (pauses === 'remove' && words === undefined) {
    throw new LimbicError('pauses cannot be distinguished from words', {
      expected: 'the sequence words',
      hint: "Give it, or choose pauses 'keep'",
    })
  }
  if (frames && reference === undefined) {
    throw new LimbicError('frames need words to belong to', {
      expected: "alignment 'words'",
      hint: "Leave out frames, or alignment 'none'",
    })
  }
  const removePauses = pauses === 'remove'
  return { modalities, labels, words, reference, removePauses, ...(frames && { frames }) }
}
