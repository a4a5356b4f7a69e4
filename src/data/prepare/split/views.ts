/** Views of a data set that contain a subset of its samples. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import {
  type Dataset,
  type Feature,
  mapFeatures,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../../dataset.js'
import { shapeOf, typeOf } from '../../feature.js'
import { pickTargets } from '../../pick.js'

/**
 * A subset of a split, in the order of `indices`, with speakers and raw text; features are read
 * from the original.
 *
 * @param indices rows of the split; a row may repeat.
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
  const pick = <Value>(values: readonly Value[]) =>
    Array.from(rows, (row) => elementAt(values, row, 'sample'))
  const { rawText, targets, speakers } = split
  return {
    ids: pick(split.ids),
    ...(rawText && { rawText: pick(rawText) }),
    features: mapFeatures(split.features, (feature) => subsetFeature(feature, rows)),
    targets: pickTargets(targets, split.ids.length, rows),
    ...(speakers && { speakers: pick(speakers) }),
  }
}

/**
 * Concatenates splits. What only some of them have (raw text, speakers) is left out.
 *
 * @throws LimbicError if they differ in features, their shapes, or kinds of target.
 */
export function concatSplits(parts: readonly Split[]): Split {
  const [first] = parts
  if (first === undefined) throw new LimbicError('no splits to join')
  const all = <Value>(take: (part: Split) => Value | undefined, what?: string) => {
    const values = parts.map(take)
    const present = values.filter((value) => value !== undefined)
    if (present.length === parts.length) return present
    if (present.length === 0 || what === undefined) return undefined
    throw new LimbicError(`only some of the splits have ${what}`, {
      hint: 'Splits can be joined only if they contain the same',
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
  const targets: Targets = {
    ...(sentiment && { sentiment: joinNumbers(sentiment) }),
    ...(classes && { classes: Int32Array.from(classes.flatMap((part) => [...part])) }),
    ...(emotions && { emotions: joinNumbers(emotions) }),
    ...(names.length > 0 && { others: Object.fromEntries(names.map(other)) }),
  }
  return {
    ids: parts.flatMap(({ ids }) => ids),
    ...(rawText && { rawText: rawText.flat() }),
    features: mapFeatures(Object.assign({}, ...parts.map(({ features }) => features)), (_, name) =>
      concatFeatures(all(({ features }) => features[name], name) ?? [], name),
    ),
    targets,
    ...(speakers && { speakers: speakers.flat() }),
  }
}

/**
 * A data set with other splits of the same samples. Extra properties of a special data set are
 * dropped, since they would no longer match.
 *
 * @param added a note on what was done.
 */
export function withSplits(
  dataset: Dataset,
  splits: Readonly<Record<SplitName, Split>>,
  ...added: readonly string[]
): Dataset {
  const { name, synthetic, aligned, classNames, emotionNames, recipe, recordings } = dataset
  return {
    name,
    synthetic,
    aligned,
    ...(classNames && { classNames }),
    ...(emotionNames && { emotionNames }),
    ...(recipe && { recipe }),
    ...(recordings !== undefined && { recordings }),
    splits,
    // Some data sets add notes as they are read.
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

function subsetFeature(feature: Feature, rows: Int32Array): Feature {
  return {
    ...feature,
    lengths: Int32Array.from(rows, (row) => elementAt(feature.lengths, row, 'sample')),
    read: (sample, target, offset) =>
      feature.read(elementAt(rows, sample, 'sample'), target, offset),
  }
}

function concatFeatures(parts: readonly Feature[], what: string): Feature {
  const [first] = parts
  if (!first) throw new LimbicError(`no ${what} to join`)
  const kindOf = (part: Feature) => `${typeOf(part)} [${shapeOf(part).join(', ')}]`
  const other = parts.find((part) => kindOf(part) !== kindOf(first))
  if (other !== undefined) {
    throw new LimbicError(`${what} differs between the splits`, {
      expected: kindOf(first),
      got: kindOf(other),
    })
  }
  const places = parts.flatMap((part) =>
    Array.from(part.lengths, (_, sample) => ({ part, sample })),
  )
  return {
    ...first,
    lengths: Int32Array.from(places, ({ part, sample }) =>
      elementAt(part.lengths, sample, 'sample'),
    ),
    read(index, target, offset) {
      const place = places[index]
      return place?.part.read(place.sample, target, offset)
    },
  }
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
