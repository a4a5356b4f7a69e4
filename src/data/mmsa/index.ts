import { basename } from 'node:path'
import { LimbicError } from '../../errors.js'
import { closeOnFailure } from '../../files.js'
import {
  chooseModalities,
  type FeatureFileOptions,
  type Fields,
  isAligned,
  numberColumn,
  optionalTexts,
  required,
  sharedIds,
  splitFields,
} from '../fields/index.js'
import { mendSplit } from '../invalid.js'
import { openPickle, type PickleFile } from '../pickle/index.js'
import {
  type Dataset,
  type Modality,
  modalities,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
} from '../types.js'
import { validateDataset } from '../validate.js'
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
  const { invalid = 'refuse', scan = true } = options
  const fields = splitFields(pickle.root, path)
  const notes: string[] = []
  const chosen = chooseModalities(fields.train, options, `${path}, split train`)
  const annotated: AnnotatedClasses[] = []
  const splits = perSplit((name): Split => {
    const where = `${path}, split ${name}`
    const padded = readSequences(fields[name], chosen, where)
    const samples = Object.values(padded)[0]?.source.lengths.length ?? 0
    const ids = optionalTexts(fields[name], 'id', where)
    if (ids === undefined)
      notes.push(`${name}: no ids in the file; samples are called by their row`)
    const rawText = optionalTexts(fields[name], 'raw_text', where)
    const sampleIds = ids ?? Array.from({ length: samples }, (_, row) => `${name}-${row}`)
    const classes = readClasses(fields[name], where)
    const annotations = optionalTexts(fields[name], 'annotations', where)
    if (classes) annotated.push(pairAnnotations(classes, annotations, where))
    const sentiment = fields[name].get('regression_labels')
    noteLengths(padded, name, notes)
    const split: Split = {
      ids: sampleIds,
      ...(rawText && { rawText }),
      sequences: Object.fromEntries(
        Object.entries(padded).map(([modality, { source }]) => [modality, source]),
      ),
      targets: {
        ...(sentiment !== undefined &&
          sentiment !== null && {
            sentiment: Float32Array.from(numberColumn(sentiment, `${where}, regression_labels`)),
          }),
        ...(classes && { classes }),
      },
    }
    return scan ? mendSplit(split, name, path, invalid, notes) : split
  })
  const learned = annotated.length > 0 ? learnClassNames(annotated) : undefined
  notes.push(...(learned?.notes ?? []), ...sharedIds(splits))
  return {
    name: options.name ?? basename(path).replace(/\.(pkl|pickle)$/i, ''),
    synthetic: false,
    aligned: splitNames.every((name) => isAligned(splits[name])),
    ...(learned && { classNames: learned.names }),
    splits,
    notes,
    close: () => pickle.close(),
  }
}

function readSequences(fields: Fields, chosen: ReadonlyMap<Modality, string>, where: string) {
  return Object.fromEntries(
    [...chosen].map(([modality, field]) => {
      const lengths = fields.get(`${field}_lengths`)
      const features = required(fields, field, where, 'field')
      const [at, lengthsAt] = [`${where}, ${field}`, `${where}, ${field}_lengths`]
      const stated = lengths !== undefined && lengths !== null
      const padded = paddedSequences(features, stated ? lengths : undefined, at, lengthsAt)
      return [modality, { ...padded, stated }]
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
  const value = fields.get('classification_labels')
  if (value === undefined || value === null) return undefined
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
