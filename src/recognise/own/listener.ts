/** What is told of a live source that a model of one's own watches. */
import type { ClipFeatures } from '../../media/extract/index.js'
import type { TrackedFace } from '../../media/face/index.js'
import { type FeatureBlock, soundPresets } from '../../media/sound/index.js'
import type { TimeRange } from '../../media/source.js'
import type { SubsetAnswers } from '../../use/answers.js'
import type { CheckedSample } from '../../use/samples.js'

/** The spectrogram that is told of the sound. */
export const shownSound = soundPresets.logMel(16_000, { range: null })

/** The answer to the latest seconds. */
export interface OwnLiveAnswer {
  /** Seconds from the start of the source. */
  readonly time: number
  /** Absent where there is nothing to go on. */
  readonly answer?: SubsetAnswers
  /** The sound that it is based on, if any. */
  readonly heard?: Required<TimeRange>
  /** Faces in the latest frame, the one that is read first. */
  readonly faces: readonly TrackedFace[]
  /** The size of that frame, in pixels. */
  readonly frame?: { readonly width: number; readonly height: number }
}

/** Receives what is recognised. */
export interface OwnListener {
  answer(answer: OwnLiveAnswer): void
  /** Rows of the sound's spectrogram, `shownSound`. */
  sound?(rows: FeatureBlock): void
  /** What the model was given for an answer, before it is told; times are those of the source. */
  given?(sample: CheckedSample, features: ClipFeatures['features']): Promise<void>
  /** The inputs that are on; all unless given. Asked for each answer, as is what follows. */
  inputs?(): readonly string[]
  /** What is said. */
  words?(): string | undefined
  /** How many seconds an answer looks back. */
  seconds?(): number
}
