/** Summary figures of a data set. */
import { numberAt } from '../../base/numbers.js'
import {
  type Dataset,
  namedFeatures,
  type Split,
  type SplitName,
  splitNames,
} from '../../data/dataset.js'
import { type Feature, hasTime } from '../../data/feature.js'
import { speakersOf } from '../../data/prepare/split/index.js'
import { readEach } from '../../data/read-each.js'
import { type Spread, scaleOf, spreadOf } from '../../metrics/index.js'

/** A feature with time, in one split. */
export interface SequenceSummary {
  readonly modality: string
  /** Features per step. */
  readonly width: number
  /** Steps of all samples together, without padding. */
  readonly steps: number
  /** Steps per sample. */
  readonly lengths: Spread
  /** Features that are NaN or infinite. */
  readonly invalid: number
}

/** A feature without time: numbers per sample, and how many are NaN or infinite. */
export interface WholeSummary {
  readonly width: number
  readonly invalid: number
}

/** How often each label occurs in one split. */
export interface LabelCount {
  readonly label: string
  readonly count: number
}

/** One split. */
export interface SplitSummary {
  readonly split: SplitName
  readonly samples: number
  /** Whether the words are known. */
  readonly rawText: boolean
  readonly sequences: readonly SequenceSummary[]
  /** Features without time, such as the prosody, by name. */
  readonly whole?: Readonly<Record<string, WholeSummary>>
  /** The number of speakers, if known; `shared` ones are in an earlier split too. */
  readonly speakers?: { readonly count: number; readonly shared: number }
  /** Sentiment, and the number of samples in each class of its scale. */
  readonly sentiment?: Spread & { readonly classes: readonly LabelCount[] }
  readonly classes?: readonly LabelCount[]
  /** The number of samples that show each emotion. */
  readonly emotions?: readonly LabelCount[]
}

/** Summary figures of a data set. */
export interface DatasetSummary {
  readonly name: string
  readonly synthetic: boolean
  readonly aligned: boolean
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  readonly splits: readonly SplitSummary[]
  readonly notes: readonly string[]
}

/**
 * Counts what a data set holds. Every feature is read once, to count NaN and infinite ones; open
 * the data with `scan: false` to leave them in place.
 */
export async function summariseDataset(dataset: Dataset): Promise<DatasetSummary> {
  const { name, synthetic, aligned, classNames, emotionNames } = dataset
  const splits: SplitSummary[] = []
  for (const split of splitNames) splits.push(await summariseSplit(dataset, split))
  return {
    ...{ name, synthetic, aligned },
    ...(classNames && { classNames }),
    ...(emotionNames && { emotionNames }),
    splits,
    notes: dataset.notes,
  }
}

async function summariseSplit(dataset: Dataset, split: SplitName): Promise<SplitSummary> {
  const content = dataset.splits[split]
  const scale = scaleOf(splitNames.map((name) => dataset.splits[name].targets.sentiment ?? []))
  const { sentiment, classes } = content.targets
  const sequences: SequenceSummary[] = []
  const whole: Record<string, WholeSummary> = {}
  for (const [name, feature] of namedFeatures(content.features)) {
    const invalid = await countInvalid(feature)
    if (hasTime(feature)) sequences.push(summariseSequence(name, feature, invalid))
    else whole[name] = { width: feature.width, invalid }
  }
  return {
    split,
    samples: content.ids.length,
    rawText: content.rawText !== undefined,
    sequences,
    ...(Object.keys(whole).length > 0 && { whole }),
    ...speakerCounts(dataset, split),
    ...(sentiment && {
      sentiment: {
        ...spreadOf(sentiment),
        classes: countLabels(scale.classNames, Array.from(sentiment, scale.classOf)),
      },
    }),
    ...(classes && { classes: countLabels(dataset.classNames ?? [], [...classes]) }),
    ...emotionCounts(content, dataset.emotionNames ?? []),
  }
}

function speakerCounts(dataset: Dataset, split: SplitName): Pick<SplitSummary, 'speakers'> {
  const speakers = speakersOf(dataset.splits[split])
  if (!speakers) return {}
  const earlier = splitNames.slice(0, splitNames.indexOf(split))
  const heard = new Set(earlier.flatMap((name) => speakersOf(dataset.splits[name]) ?? []))
  const here = [...new Set(speakers)]
  return {
    speakers: {
      count: here.length,
      shared: here.filter((speaker) => heard.has(speaker)).length,
    },
  }
}

function summariseSequence(
  modality: string,
  { width, lengths }: Feature,
  invalid: number,
): SequenceSummary {
  const steps = lengths.reduce((sum, length) => sum + length, 0)
  return { modality, width, steps, lengths: spreadOf(lengths), invalid }
}

async function countInvalid(feature: Feature): Promise<number> {
  let invalid = 0
  await readEach(feature, (values) => {
    if (!(values instanceof Float32Array)) return
    for (const value of values) if (!Number.isFinite(value)) invalid++
  })
  return invalid
}

function countLabels(names: readonly string[], labels: readonly number[]): LabelCount[] {
  const counts = names.map(() => 0)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return names.map((label, index) => ({ label, count: numberAt(counts, index) }))
}

function emotionCounts(
  { targets: { emotions } }: Split,
  names: readonly string[],
): { emotions?: LabelCount[] } {
  if (!emotions) return {}
  const present = Array.from(emotions.keys()).filter((index) => numberAt(emotions, index) > 0)
  return {
    emotions: countLabels(
      names,
      present.map((index) => index % names.length),
    ),
  }
}
