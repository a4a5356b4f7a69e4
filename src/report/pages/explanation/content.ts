/** The content of a page that explains one trained model. */

import type {
  LearnedWindows,
  MeanMasks,
  MeanPositions,
  ModelFacts,
  Routing,
  SampleExplanation,
} from '../../../explain/index.js'
import type { ContributionFacts } from '../../text/contributions.js'

export interface ExplainContent {
  readonly model: ModelFacts
  readonly data: {
    readonly name: string
    readonly synthetic: boolean
    /** Which part of them was explained, such as "test"; undefined: recordings of no part of them. */
    readonly split?: string
    readonly samples: number
  }
  /** Present if the model makes masks. */
  readonly masks?: MeanMasks
  /** The mean routing over the split, if the model routes. */
  readonly routing?: readonly Routing[]
  /** The windows of its attention, if the model learns them. */
  readonly windows?: readonly LearnedWindows[]
  /** Mean maps over the positions of pictures, if the model selects some. */
  readonly positions?: readonly MeanPositions[]
  /** The axis title of the masks' classes. Default: "Sentiment". */
  readonly classTitle?: string
  /** Names of features, if known; otherwise numbers from 1. */
  readonly featureNames?: Readonly<Record<string, readonly string[] | undefined>>
  readonly samples?: readonly SampleExplanation[]
  /** If the only sample is a recording: its URL relative to the page, to be played. */
  readonly recording?: { readonly address: string; readonly picture: boolean }
  /** Whether these samples were requested; otherwise the page says they were chosen by class and length. */
  readonly samplesNamed?: boolean
  /** What samples with contributions are compared with. */
  readonly contributions?: ContributionFacts
  /** More facts, such as the run, the date and the version. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly footer?: string
}
