import { LimbicError } from '../../../base/errors.js'
import { closeOnFailure } from '../../../disk/files.js'
import { openPickle, type PickleFile } from '../../../formats/pickle/index.js'
import { validateDataset } from '../../check.js'
import {
  type Dataset,
  type Modality,
  modalities,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
} from '../../dataset.js'
import { mendSplit } from '../../prepare/invalid/invalid.js'
import {
  chooseModalities,
  datasetName,
  type FeatureFileOptions,
  type Fields,
  numberColumn,
  optional,
  optionalTexts,
  required,
  rowIds,
  sharedIds,
  splitFields,
} from '../fields/index.js'
import { type AnnotatedClasses, learnClassNames } from './class-names.js'
import { paddedSequences } from './padded-sequences.js'

export type MmsaOptions = FeatureFileOptions

/**
 * Opens a feature pickle in the layout of MMSA (Mao et al., "M-SENA", 2022): a dictionary of
 * `train`, `valid` and `test`, each with `text`, `audio` and `vision` (any of them may be missing;
 * samples x steps x width, zero padded at the end), `*_lengths`, `id`, `raw_text`,
 * `regression_labels`, `classification_labels` and `annotations`.
 *
 * Features stay in the file and are read by offset; opening reads each true step once, in search
 * of invalid numbers (unless `scan` is false). A modality without lengths counts as full, which is
 * said in the notes.
 *
 * @param pickle the file, where it is open already; it is closed with the data set, or on failure.
 * @throws LimbicError naming file, split, field and row of whatever is wrong.
 */
export function openMmsa(
  path: string,
  options: MmsaOptions = {},
  pickle: PickleFile = openPickle(path),
): Dataset {
  return closeOnFailure(pickle, () => {
    const dataset = readLayout(path, pickle, options)
    validateDataset(dataset, path)
    return dataset
  })
}

function readLayout(path: string, pickle: PickleFile, options: MmsaOptions): Dataset {
  const fields = splitFields(pickle.root, path)
  const notes: string[] = []
  const chosen = chooseModalities(fields.train, options, `${path}, split train`)
  const annotated: AnnotatedClasses[] = []
  const splits = perSplit((name) =>
    readSplit(name, fields[name], chosen, path, options, annotated, notes),
  )
  const learned = annotated.length > 0 ? learnClassNames(annotated) : undefined
  notes.push(...(learned?.notes ?? []), ...sharedIds(splits))
  return {
    name: datasetName(path, options),
    synthetic: false,
    aligned: splitNames.every((name) => isAligned(splits[name])),
    ...(learned && { classNames: learned.names }),
    splits,
    notes,
    close: () => pickle.close(),
  }
}

/** @param annotated is given the split's classes and the names beside them, where it has any */
function readSplit(
  name: SplitName,
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
  path: string,
  { invalid = 'refuse', scan = true }: MmsaOptions,
  annotated: AnnotatedClasses[],
  notes: string[],
): Split {
  const where = `${path}, split ${name}`
  const padded = readSequences(fields, chosen, where)
  const samples = Object.values(padded)[0]?.source.lengths.length ?? 0
  const ids = optionalTexts(fields, 'id', where) ?? rowIds(name, samples, notes)
  const rawText = optionalTexts(fields, 'raw_text', where)
  const classes = readClasses(fields, where)
  const annotations = optionalTexts(fields, 'annotations', where)
  if (classes) annotated.push(pairAnnotations(classes, annotations, where))
  const sentiment = optional(fields, 'regression_labels')
  noteLengths(padded, name, notes)
  const split: Split = {
    ids,
    ...(rawText && { rawText }),
    sequences: Object.fromEntries(
      Object.entries(padded).map(([modality, { source }]) => [modality, source]),
    ),
    targets: {
      ...(sentiment !== undefined && {
        sentiment: Float32Array.from(numberColumn(sentiment, `${where}, regression_labels`)),
      }),
      ...(classes && { classes }),
    },
  }
  return scan ? mendSplit(split, name, path, invalid, notes) : split
}

/** Whether all modalities of every sample have the same number of steps. */
function isAligned({ sequences }: Split): boolean {
  const [first, ...others] = Object.values(sequences).map((source) => source.lengths)
  return others.every((lengths) => lengths.every((length, row) => length === first?.[row]))
}

function readSequences(fields: Fields, chosen: ReadonlyMap<Modality, string>, where: string) {
  return Object.fromEntries(
    [...chosen].map(([modality, field]) => {
      const lengths = optional(fields, `${field}_lengths`)
      const features = required(fields, field, where, 'field')
      const [at, lengthsAt] = [`${where}, ${field}`, `${where}, ${field}_lengths`]
      const padded = paddedSequences(features, lengths, at, lengthsAt)
      return [modality, { ...padded, stated: lengths !== undefined }]
    }),
  )
}

/** Says what is not as it should be with the lengths of a split. */
function noteLengths(
  sequences: ReturnType<typeof readSequences>,
  split: SplitName,
  notes: string[],
): void {
  for (const modality of modalities) {
    const padded = sequences[modality]
    if (padded === undefined) continue
    if (!padded.stated) notes.push(`${split}: no lengths of ${modality}; all its steps count`)
    if (padded.empty > 0) {
      notes.push(
        `${split}: ${padded.empty} samples of ${modality} are empty, read as a step of zeros`,
      )
    }
  }
}

function readClasses(fields: Fields, where: string): Int32Array | undefined {
  const value = optional(fields, 'classification_labels')
  if (value === undefined) return undefined
  const at = `${where}, classification_labels`
  const largestClass = 10_000
  return Int32Array.from(numberColumn(value, at), (label, row) => {
    if (Number.isInteger(label) && label >= 0 && label <= largestClass) return label
    throw new LimbicError('class out of range', {
      where: `${at}, row ${row}`,
      expected: 'an integer from 0 on',
      got: `${label}`,
    })
  })
}

function pairAnnotations(
  classes: Int32Array,
  annotations: readonly string[] | undefined,
  where: string,
): AnnotatedClasses {
  if (annotations && annotations.length !== classes.length) {
    throw new LimbicError('annotations and classification_labels differ in number', {
      where,
      expected: `${classes.length}`,
      got: `${annotations.length}`,
    })
  }
  return { where, classes, ...(annotations && { annotations }) }
}
