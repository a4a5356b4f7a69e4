/** The samples of a data set or of a folder of recordings as a list, with the recordings they come from. */
import { z } from 'zod'
import { fixed } from '../../base/numbers.js'
import { splitNames } from '../dataset.js'
import { mediaSchema } from './raw/clip.js'

const listedSample = z.strictObject({
  id: z.string(),
  /** Absent for recordings that are not divided. */
  split: z.enum(splitNames).exactOptional(),
  className: z.string().exactOptional(),
  sentiment: z.number().exactOptional(),
  /** One number for each of `emotionNames`. */
  emotions: z.array(z.number()).exactOptional(),
  speaker: z.string().exactOptional(),
  text: z.string().exactOptional(),
  /** Its recordings, with absolute paths; absent if they are not known. */
  media: mediaSchema(z.string()).exactOptional(),
})
export type ListedSample = z.infer<typeof listedSample>

/** As `limbic data samples --out` writes it. */
export const sampleList = z.strictObject({
  kind: z.literal('samples'),
  name: z.string(),
  emotionNames: z.array(z.string()).exactOptional(),
  /** The folder of the recordings, as an absolute path. */
  recordings: z.string().exactOptional(),
  /** Why there are no recordings, for people. */
  silent: z.string().exactOptional(),
  samples: z.array(listedSample),
})
export type SampleList = z.infer<typeof sampleList>

/** The classes or emotions of a sample; none if it has a sentiment alone. */
export function labelsOf(
  { className, emotions = [] }: Pick<ListedSample, 'className' | 'emotions'>,
  emotionNames: readonly string[] = [],
): readonly string[] {
  if (className !== undefined) return [className]
  return emotionNames.filter((_, at) => (emotions[at] ?? 0) > 0)
}

/** Whether a sample is of a split, where one is asked for, and has a class or emotion, where one is. */
export function isAsked(
  sample: ListedSample,
  { split, label }: { readonly split?: string | undefined; readonly label?: string | undefined },
  emotionNames?: readonly string[],
): boolean {
  return (
    (split === undefined || sample.split === split) &&
    (label === undefined || labelsOf(sample, emotionNames).includes(label))
  )
}

/** The truth of a sample in words: its class, emotions and sentiment, as far as it has them. */
export function tellLabels(sample: ListedSample, emotionNames?: readonly string[]): string {
  const { sentiment, emotions } = sample
  const labels = labelsOf(sample, emotionNames)
  return [
    ...(emotions && labels.length === 0 ? ['none'] : labels),
    ...(sentiment === undefined ? [] : [fixed(sentiment, 2)]),
  ].join(', ')
}
