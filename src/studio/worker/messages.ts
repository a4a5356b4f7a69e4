/** Messages between the page and its worker. */
import type { FeatureBlock } from '../../media/sound/index.js'
import type { Frame, PictureTrack, SoundBlock, SoundTrack } from '../../media/source.js'
import type { Transcript } from '../../media/words/transcript.js'
import type { FacePicture, Recognition, Spectrogram } from '../../recognise/index.js'
import type { LiveAnswer } from '../../recognise/live.js'
import type { OwnLiveAnswer } from '../../recognise/own/listener.js'
import type { OwnRecognition } from '../../recognise/own/own-model.js'
import type { LineFailure } from '../../use/lines.js'
import type { Prediction } from '../../use/trained-model.js'
import type { ModelAbout } from './own/about.js'
import type { Attention } from './own/attention.js'
import type { ResourceFiles } from './own/resources.js'
import type { Learner, Take, Taught } from './teach/take.js'
import type { TeachableAbout } from './teach/teachable.js'

/** A live source without its streams. */
export interface SourceFacts {
  readonly name: string
  readonly sound: SoundTrack | undefined
  readonly picture: PictureTrack | undefined
}

/** A recording with the results to show. */
export interface Recognised {
  readonly recognition: Recognition
  readonly faces: readonly FacePicture[]
  readonly spectrogram?: Spectrogram
  /** Whether it has video. */
  readonly picture: boolean
}

/** A recording with what a model of one's own answers to it. */
export interface OwnRecognised
  extends Pick<OwnRecognition, 'answer' | 'timeline' | 'duration' | 'remarks'> {
  readonly about: ModelAbout
  readonly spectrogram?: Spectrogram
  /** Whether it has video. */
  readonly picture: boolean
}

/** How live answers are made; sent again whenever the reader changes something. */
export interface LiveWishes {
  /** The senses or inputs that are on. */
  readonly inputs: readonly string[]
  /** What is said, for models that read words. */
  readonly words: string
  /** How many seconds an answer of a model of one's own looks back. */
  readonly seconds: number
}

export type ToWorker =
  /** Starts live recognition, and ends the previous one. */
  | { readonly kind: 'watch'; readonly source: SourceFacts; readonly wishes: LiveWishes }
  /** Opens a model from an exported file; without bytes, the starter models. */
  | {
      readonly kind: 'open'
      readonly id: number
      readonly name: string
      readonly bytes?: Uint8Array
    }
  /** Files that the recipe of the open model needs. */
  | { readonly kind: 'give'; readonly id: number; readonly files: ResourceFiles }
  /** Samples for the open model: features, as JSON. */
  | { readonly kind: 'answer'; readonly id: number; readonly file: File }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'sound'; readonly block: SoundBlock }
  | { readonly kind: 'wishes'; readonly wishes: LiveWishes }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'recognise'
      readonly id: number
      readonly file: File
      /** What is said in it. */
      readonly said?: Transcript
    }
  /** Asks what of the open model, or of the starter voice model, can learn. */
  | { readonly kind: 'teachable'; readonly id: number }
  /** Asks for the seconds of the live source up to a time, as the models read them. */
  | { readonly kind: 'take'; readonly id: number; readonly until: number }
  /** Learns from takes; resumes if learning from the same takes was interrupted. */
  | {
      readonly kind: 'learn'
      readonly id: number
      readonly learner: Learner
      /** The names of what the takes show. */
      readonly labels: readonly string[]
      readonly takes: readonly Take[]
    }
  | { readonly kind: 'stop-learning' }
  /** Uses what was taught or, without it, the models as they were. */
  | { readonly kind: 'use'; readonly id: number; readonly taught?: UsedTaught }
  /** Asks for a taught model as an exported file. */
  | { readonly kind: 'write'; readonly id: number; readonly taught: UsedTaught }

/** The part of what was taught that answers need. */
export type UsedTaught = Pick<Taught, 'learner' | 'weights' | 'base'>

export type FromWorker =
  | { readonly kind: 'watching'; readonly emotions: readonly string[] }
  /** An answer, and the output of the starter models for each sense. */
  | { readonly kind: 'answer'; readonly answer: LiveAnswer; readonly starter: LiveAnswer['alone'] }
  /** An answer of a model of one's own. */
  | { readonly kind: 'own-answer'; readonly answer: OwnLiveAnswer }
  /** What it attends to, before the answer. */
  | { readonly kind: 'attention'; readonly attention: Attention }
  | {
      readonly kind: 'rows'
      readonly rows: Pick<FeatureBlock, 'time' | 'step' | 'rows' | 'width' | 'data'>
    }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'learning'; readonly epoch: number; readonly epochs: number }
  /** What was learned; nothing, if it was stopped. */
  | { readonly kind: 'learned'; readonly id: number; readonly taught?: Taught }
  | { readonly kind: 'teachable'; readonly id: number; readonly about: TeachableAbout }
  | { readonly kind: 'taken'; readonly id: number; readonly features?: Take['features'] }
  | { readonly kind: 'used'; readonly id: number }
  | { readonly kind: 'written'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'recognised'; readonly id: number; readonly recognised: Recognised }
  | { readonly kind: 'own-recognised'; readonly id: number; readonly recognised: OwnRecognised }
  | {
      readonly kind: 'answered'
      readonly id: number
      readonly answers: readonly (Prediction | LineFailure)[]
    }
  /** The model that is open; the starter models if undefined. */
  | { readonly kind: 'model'; readonly id: number; readonly about?: ModelAbout }
  | { readonly kind: 'mistake'; readonly id: number; readonly message: string }
