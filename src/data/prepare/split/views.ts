import { LimbicError } from '../../../base/errors.js'
import {
  type Dataset,
  type Modality,
  modalities,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../../dataset.js'
import { pickProsody, pickTargets } from '../../pick.js'

/**
 * Some samples of a split, in the order of `indices`; features are still read from where they are.
 * Prosody, speakers and raw text come along.
 *
 * @param indices rows of the split; a row may come twice.
 * @throws LimbicError if there is no such row.
 */
export function subset(split: Split, indices: ArrayLike<number>): Split {
  const rows = Int32Array.from(indices)
  const wrong = rows.find((row) => !(row >= 0 && row < split.ids.length))
  if (wrong !== undefined) {
    throw new LimbicError('the split has no such sample', {
      expected: `0 to ${split.ids.length - 1}`,
      got: `${wrong}`,
    })
  }
  const pick = <Value>(values: readonly Value[]) => Array.from(rows, (row) => values[row] as Value)
  const { rawText, targets, prosody, speakers } = split
  return {
    ids: pick(split.ids),
    ...(rawText && { rawText: pick(rawText) }),
    sequences: eachModality((modality) => {
      const source = split.sequences[modality]
      return source && subsetSource(source, rows)
    }),
    targets: pickTargets(targets, split.ids.length, rows),
    ...(prosody && { prosody: pickProsody(prosody, rows) }),
    ...(speakers && { speakers: pick(speakers) }),
  }
}

/**
 * Several splits one after another as one. What only some of them have (raw text, speakers) is
 * left out.
 *
 * @throws LimbicError if they differ in modalities, widths, prosody or kinds of target.
 */
export function concatSplits(parts: readonly Split[]): Split {
  const [first] = parts
  if (first === undefined) throw new LimbicError('no splits to put together')
  const all = <Value>(take: (part: Split) => Value | undefined, what?: string) => {
    const values = parts.map(take)
    const present = values.filter((value) => value !== undefined)
    if (present.length === parts.length) return present
    if (present.length === 0 || what === undefined) return undefined
    throw new LimbicError(`only some of the splits have ${what}`, {
      hint: 'Splits can be put together only where they hold the same',
    })
  }
  const sentiment = all(({ targets }) => targets.sentiment, 'sentiment')
  const classes = all(({ targets }) => targets.classes, 'classes')
  const emotions = all(({ targets }) => targets.emotions, 'emotions')
  const names = [...new Set(parts.flatMap(({ targets }) => Object.keys(targets.others ?? {})))]
  const other = (name: string) => [
    name,
    joinNumbers(all(({ targets }) => targets.others?.[name], name) ?? []),
  ]
  const rawText = all((part) => part.rawText)
  const speakers = all((part) => part.speakers)
  const prosody = all((part) => part.prosody, 'prosody')
  const targets: Targets = {
    ...(sentiment && { sentiment: joinNumbers(sentiment) }),
    ...(classes && { classes: Int32Array.from(classes.flatMap((part) => [...part])) }),
    ...(emotions && { emotions: joinNumbers(emotions) }),
    ...(names.length > 0 && { others: Object.fromEntries(names.map(other)) }),
  }
  return {
    ids: parts.flatMap(({ ids }) => ids),
    ...(rawText && { rawText: rawText.flat() }),
    sequences: eachModality((modality) => {
      const sources = all(({ sequences }) => sequences[modality], modality)
      return sources && concatSources(sources, modality)
    }),
    targets,
    ...(prosody && {
      prosody: {
        width: sameWidth(prosody, 'prosody'),
        values: joinNumbers(prosody.map(({ values }) => values)),
      },
    }),
    ...(speakers && { speakers: speakers.flat() }),
  }
}

/**
 * A data set with other splits of the same samples. Anything that a special data set knows of its
 * own splits beside what every data set has is left behind, since it would no longer match.
 *
 * @param added what was done, for people.
 */
export function withSplits(
  dataset: Dataset,
  splits: Readonly<Record<SplitName, Split>>,
  ...added: readonly string[]
): Dataset {
  const { name, synthetic, aligned, classNames, emotionNames } = dataset
  return {
    name,
    synthetic,
    aligned,
    ...(classNames && { classNames }),
    ...(emotionNames && { emotionNames }),
    splits,
    // The notes of some data sets grow as they are read.
    get notes() {
      return [...dataset.notes, ...added]
    },
    close: () => dataset.close(),
  }
}

/** All samples of a data set, whichever split they were in: train, valid, test. */
export function wholeOf(dataset: Dataset): Split {
  return concatSplits(splitNames.map((name) => dataset.splits[name]))
}

function eachModality(
  make: (modality: Modality) => SequenceSource | undefined,
): Partial<Record<Modality, SequenceSource>> {
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of modalities) {
    const source = make(modality)
    if (source) sequences[modality] = source
  }
  return sequences
}

function subsetSource(source: SequenceSource, rows: Int32Array): SequenceSource {
  return {
    width: source.width,
    lengths: Int32Array.from(rows, (row) => source.lengths[row] as number),
    read: (sample, target, offset) => source.read(rows[sample] as number, target, offset),
  }
}

function concatSources(sources: readonly SequenceSource[], what: string): SequenceSource {
  const width = sameWidth(sources, what)
  const places = sources.flatMap((source) =>
    Array.from(source.lengths, (_, sample) => ({ source, sample })),
  )
  return {
    width,
    lengths: Int32Array.from(places, ({ source, sample }) => source.lengths[sample] as number),
    read(index, target, offset) {
      const place = places[index]
      place?.source.read(place.sample, target, offset)
    },
  }
}

function sameWidth(parts: readonly { readonly width: number }[], what: string): number {
  const width = parts[0]?.width ?? 0
  const other = parts.find((part) => part.width !== width)
  if (other === undefined) return width
  throw new LimbicError(`${what} differs between the splits`, {
    expected: `${width} features`,
    got: `${other.width}`,
  })
}

function joinNumbers(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let end = 0
  for (const part of parts) {
    joined.set(part, end)
    end += part.length
  }
  return joined
}
