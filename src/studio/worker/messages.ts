/** What the page and its worker tell each other. */
import type { FeatureBlock } from '../../media/sound/index.js'
import type { Frame, PictureTrack, SoundBlock, SoundTrack } from '../../media/source.js'
import type { FacePicture, Recognition, Sense, Spectrogram } from '../../recognise/index.js'
import type { LiveAnswer } from '../../recognise/live.js'
import type { Take, Taught } from './teach/learn.js'

/** What a live source is, without its streams. */
export interface SourceFacts {
  readonly name: string
  readonly sound: SoundTrack | undefined
  readonly picture: PictureTrack | undefined
}

/** A recording with what is shown of it. */
export interface Recognised {
  readonly recognition: Recognition
  readonly faces: readonly FacePicture[]
  readonly spectrogram?: Spectrogram
  /** Whether it has a picture to play. */
  readonly picture: boolean
}

export type ToWorker =
  /** Begins to recognise what comes; ends what was recognised before. */
  | { readonly kind: 'watch'; readonly source: SourceFacts; readonly senses: readonly Sense[] }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'sound'; readonly block: SoundBlock }
  | { readonly kind: 'senses'; readonly senses: readonly Sense[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'recognise'; readonly id: number; readonly file: File }
  /** Learns the last layer from takes; goes on where it was, if they were learned from before. */
  | {
      readonly kind: 'learn'
      readonly emotions: readonly string[]
      readonly takes: readonly Take[]
    }
  /** Answers by what was taught, or by the starter models' fusion where there are no weights. */
  | { readonly kind: 'use'; readonly weights?: Taught['weights'] }

export type FromWorker =
  | { readonly kind: 'watching'; readonly emotions: readonly string[] }
  /** An answer, and what the starter models say of each sense. */
  | { readonly kind: 'answer'; readonly answer: LiveAnswer; readonly starter: LiveAnswer['alone'] }
  | {
      readonly kind: 'rows'
      readonly rows: Pick<FeatureBlock, 'time' | 'step' | 'rows' | 'width' | 'data'>
    }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'learning'; readonly epoch: number; readonly epochs: number }
  | { readonly kind: 'learned'; readonly taught: Taught }
  | { readonly kind: 'recognised'; readonly id: number; readonly recognised: Recognised }
  | { readonly kind: 'mistake'; readonly id: number; readonly message: string }
