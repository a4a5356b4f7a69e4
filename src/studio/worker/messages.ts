/** What the page and its worker tell each other. */
import type { FeatureBlock } from '../../media/sound/index.js'
import type { Frame, PictureTrack, SoundBlock, SoundTrack } from '../../media/source.js'
import type { FacePicture, Recognition, Sense, Spectrogram } from '../../recognise/index.js'
import type { LiveAnswer } from '../../recognise/live.js'

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

export type FromWorker =
  | { readonly kind: 'watching'; readonly emotions: readonly string[] }
  | { readonly kind: 'answer'; readonly answer: LiveAnswer }
  | {
      readonly kind: 'rows'
      readonly rows: Pick<FeatureBlock, 'time' | 'step' | 'rows' | 'width' | 'data'>
    }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'recognised'; readonly id: number; readonly recognised: Recognised }
  | { readonly kind: 'mistake'; readonly id: number; readonly message: string }
