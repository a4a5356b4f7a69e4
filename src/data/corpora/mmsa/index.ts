/** Opens MMSA pickles as data sets. */

import { LimbicError } from '../../../base/errors.js'
import { openPickle, type PickleFile } from '../../../formats/pickle/index.js'
import {
  type Dataset,
  type Modality,
  mapFeatures,
  namedFeatures,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../../dataset.js'
import { mendEmpty, mendSplit } from '../../prepare/invalid/invalid.js'
import { openFeaturePickle } from '../feature-pickle.js'
import {
  chooseModalities,
  datasetName,
  type FeatureFileOptions,
  type Fields,
  fieldValue,
  perPresent,
  type ReadLabels,
  readLabelColumns,
  sampleIds,
  sentimentWords,
  splitFields,
  transcripts,
} from '../fields/index.js'
import { readClasses } from './classes.js'
import { lengthedSequences } from './lengths.js'

export type MmsaOptions = FeatureFileOptions

/**
 * Opens a feature pickle in the layout of MMSA (Mao et al., "M-SENA", 2022): a dictionary of
 * `train`, `valid` and `test`, each with `text`, `audio` and `vision` (any of them may be missing;
 * samples x steps x width, zero padded at the end), `*_lengths`, `id`, `raw_text`,
 * `regression_labels`, `classification_labels` and `annotations`.
 *
 * Features stay in the file and are read by offset; opening reads each true step once to find
 * invalid numbers (unless `scan` is false). Where a file states no lengths, see
 * `lengthedSequences`.
 *
 * @param pickle the file, if it is already open; it is closed with the data set, or on failure.
 * @throws LimbicError that names file, split, field and row.
 */
export function openMmsa(
  path: string,
  options: MmsaOptions = {},
  pickle: PickleFile = openPickle(path),
): Dataset {
  return openFeaturePickle(path, options, pickle, () => readLayout(path, pickle, options))
}

function readLayout(path: string, pickle: PickleFile, options: MmsaOptions): Dataset {
  const notes: string[] = []
  const { fields, present } = splitFields(pickle.root, path, notes, pickle.more, options)
  const place = (name: SplitName) => `${path}, split ${name}`
  const chosen = chooseModalities(fields.train, options, place('train'))
  const classes = readClasses(fields, place)
  const columns = readColumns(fields, place, options)
  const splits = perPresent(present, (name) => {
    const targets = {
      ...columns?.targets[name],
      ...(classes && { classes: classes.classes[name] }),
    }
    return readSplit(name, fields[name], chosen, targets, path, options, notes)
  })
  notes.push(...(classes?.notes ?? []))
  return {
    name: datasetName(path, options),
    synthetic: false,
    aligned: splitNames.every((name) => isAligned(splits[name])),
    ...(classes && { classNames: classes.names }),
    ...(columns?.emotionNames && { emotionNames: columns.emotionNames }),
    splits,
    notes,
    close: () => pickle.close(),
  }
}

/** The columns of `regression_labels`: the sentiment, and perhaps emotions. */
function readColumns(
  fields: Readonly<Record<SplitName, Fields>>,
  place: (name: SplitName) => string,
  { unlabelled = false }: MmsaOptions,
): ReadLabels | undefined {
  const values = perSplit((name) => fieldValue(fields[name], sentimentWords))
  if (splitNames.every((name) => values[name] === undefined)) return undefined
  const without = splitNames.find((name) => values[name] === undefined)
  if (without !== undefined && unlabelled) return undefined
  if (without !== undefined) {
    throw new LimbicError('the splits have different labels', {
      where: place(without),
      expected: 'sentiment, as in the others',
    })
  }
  return readLabelColumns(
    perSplit((name) => ({
      value: values[name] ?? null,
      where: `${place(name)}, regression_labels`,
    })),
  )
}

function readSplit(
  name: SplitName,
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
  targets: Targets,
  path: string,
  { invalid = 'mean', scan = true }: MmsaOptions,
  notes: string[],
): Split {
  const where = `${path}, split ${name}`
  const told = { split: name, policy: scan ? invalid : 'zero', notes } as const
  const sequences = lengthedSequences(fields, chosen, where, told)
  const samples = Object.values(sequences)[0]?.source.lengths.length ?? 0
  const ids = sampleIds(fields, name, samples, where, notes)
  const rawText = transcripts(fields, where)
  const split: Split = {
    ids,
    ...(rawText && { rawText }),
    features: Object.fromEntries(
      Object.entries(sequences).map(([modality, { source }]) => [modality, source]),
    ),
    targets,
  }
  if (!scan) return split
  const mended = mendSplit(split, name, path, invalid, notes)
  return {
    ...mended,
    features: mapFeatures(mended.features, (feature, modality) => {
      const empty = Object.entries(sequences).find(([known]) => known === modality)?.[1].empty
      return empty ? mendEmpty(feature, empty, invalid) : feature
    }),
  }
}

/** Whether all modalities of every sample have the same number of steps. */
function isAligned({ features }: Split): boolean {
  const [first, ...others] = namedFeatures(features).map(([, { lengths }]) => lengths)
  return others.every((lengths) => lengths.every((length, row) => length === first?.[row]))
}
