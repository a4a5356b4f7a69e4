import {
  type Dataset,
  type Modality,
  modalities,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
} from '../../data/dataset.js'
import { speakersOf } from '../../data/prepare/split/index.js'
import { readEach } from '../../data/read-each.js'
import { type Spread, sentimentClass, sentimentClassNames, spreadOf } from '../../metrics/index.js'

/** What one modality of one split holds. */
export interface SequenceSummary {
  readonly modality: Modality
  /** Features a step. */
  readonly width: number
  /** Steps of all samples together, padding left out. */
  readonly steps: number
  /** Steps a sample. */
  readonly lengths: Spread
  /** Features that are NaN or infinite. */
  readonly invalid: number
}

/** How often each label occurs in one split. */
export interface LabelCount {
  readonly label: string
  readonly count: number
}

/** What one split holds. */
export interface SplitSummary {
  readonly split: SplitName
  readonly samples: number
  /** Whether the words are known. */
  readonly rawText: boolean
  readonly sequences: readonly SequenceSummary[]
  /** How whole samples are spoken: numbers a sample, and how many are NaN or infinite. */
  readonly prosody?: { readonly width: number; readonly invalid: number }
  /** How many people speak, where the data or the ids tell; `shared` are in an earlier split too. */
  readonly speakers?: { readonly count: number; readonly shared: number }
  /** Sentiment, and how many samples round to each of the seven classes. */
  readonly sentiment?: Spread & { readonly classes: readonly LabelCount[] }
  readonly classes?: readonly LabelCount[]
  /** Samples that show each emotion at all. */
  readonly emotions?: readonly LabelCount[]
}

/** What a data set holds, in figures. */
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
 * Counts what a data set holds. Every feature is read once, to count those that are NaN or
 * infinite; open the data with `scan: false` to have them come through as they are.
 */
export function summariseDataset(dataset: Dataset): DatasetSummary {
  const { name, synthetic, aligned, classNames, emotionNames } = dataset
  return {
    ...{ name, synthetic, aligned },
    ...(classNames && { classNames }),
    ...(emotionNames && { emotionNames }),
    splits: splitNames.map((split) => summariseSplit(dataset, split)),
    notes: dataset.notes,
  }
}

function summariseSplit(dataset: Dataset, split: SplitName): SplitSummary {
  const content = dataset.splits[split]
  const { sentiment, classes } = content.targets
  return {
    split,
    samples: content.ids.length,
    rawText: content.rawText !== undefined,
    sequences: modalities.flatMap((modality) => {
      const source = content.sequences[modality]
      return source ? [summariseSource(modality, source)] : []
    }),
    ...(content.prosody && {
      prosody: {
        width: content.prosody.width,
        invalid: countNotFinite(content.prosody.values),
      },
    }),
    ...speakerCounts(dataset, split),
    ...(sentiment && {
      sentiment: {
        ...spreadOf(sentiment),
        classes: countLabels(sentimentClassNames, Array.from(sentiment, sentimentClass)),
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

function summariseSource(modality: Modality, source: SequenceSource): SequenceSummary {
  const { width, lengths } = source
  return {
    modality,
    width,
    steps: lengths.reduce((sum, length) => sum + length, 0),
    lengths: spreadOf(lengths),
    invalid: countInvalid(source),
  }
}

function countInvalid(source: SequenceSource): number {
  let invalid = 0
  readEach(source, (values) => {
    invalid += countNotFinite(values)
  })
  return invalid
}

function countNotFinite(values: Float32Array): number {
  let count = 0
  for (const value of values) if (!Number.isFinite(value)) count++
  return count
}

function countLabels(names: readonly string[], labels: readonly number[]): LabelCount[] {
  const counts = names.map(() => 0)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return names.map((label, index) => ({ label, count: counts[index] as number }))
}

function emotionCounts(
  { targets: { emotions } }: Split,
  names: readonly string[],
): { emotions?: LabelCount[] } {
  if (!emotions) return {}
  const present = Array.from(emotions.keys()).filter((index) => (emotions[index] as number) > 0)
  return {
    emotions: countLabels(
      names,
      present.map((index) => index % names.length),
    ),
  }
}
