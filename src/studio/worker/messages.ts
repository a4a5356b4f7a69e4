/** Messages between the page and its worker. */
import type { FeatureBlock } from '../../media/sound/index.js'
import type { Frame, PictureTrack, SoundBlock, SoundTrack } from '../../media/source.js'
import type { FacePicture, Recognition, Sense, Spectrogram } from '../../recognise/index.js'
import type { LiveAnswer } from '../../recognise/live.js'
import type { Take, Taught } from './teach/learn.js'

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

export type ToWorker =
  /** Starts live recognition, and ends the previous one. */
  | { readonly kind: 'watch'; readonly source: SourceFacts; readonly senses: readonly Sense[] }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'sound'; readonly block: SoundBlock }
  | { readonly kind: 'senses'; readonly senses: readonly Sense[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'recognise'; readonly id: number; readonly file: File }
  /** Trains the last layer on takes; resumes if training on the same takes was interrupted. */
  | {
      readonly kind: 'learn'
      readonly emotions: readonly string[]
      readonly takes: readonly Take[]
    }
  /** Uses the trained layer, or without weights the fusion of the starter models. */
  | { readonly kind: 'use'; readonly weights?: Taught['weights'] }

export type FromWorker =
  | { readonly kind: 'watching'; readonly emotions: readonly string[] }
  /** An answer, and the output of the starter models for each sense. */
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
