/** Opens MulT pickles as data sets. */
import { elementAt } from '../../../base/lookup.js'
import { openPickle, type PickleFile } from '../../../formats/pickle/index.js'
import {
  type Dataset,
  type Modality,
  mapFeatures,
  perSplit,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../../dataset.js'
import { mendEmpty, mendSplit } from '../../prepare/invalid/invalid.js'
import { openFeaturePickle } from '../feature-pickle.js'
import {
  commonExtents,
  type Extents,
  emptySamples,
  extentSource,
  findExtents,
  notePadding,
} from '../fields/extents.js'
import { bertTokens } from '../fields/forms/bert-tokens.js'
import {
  chooseModalities,
  classWords,
  datasetName,
  type FeatureFileOptions,
  type Fields,
  firstOf,
  labelWords,
  perPresent,
  required,
  sampleIds,
  sentimentWords,
  splitFields,
  transcripts,
} from '../fields/index.js'
import { readLabels } from './labels.js'

export { multEmotions } from './labels.js'

/** Whether values have MulT's layout: `labels`, and none of MMSA's label fields. */
export function isMultLayout(
  { root, more }: Pick<PickleFile, 'root' | 'more'>,
  path: string,
  options: FeatureFileOptions = {},
): boolean {
  const { train } = splitFields(root, path, [], more, options).fields
  const mmsas = [...sentimentWords, ...classWords, 'annotations']
  return firstOf(train, labelWords) !== undefined && firstOf(train, mmsas) === undefined
}

/**
 * Opens a feature pickle in the layout of MulT's published data (Tsai et al., 2019;
 * `mosei_senti_data.pkl`, `mosi_data.pkl`, `iemocap_data.pkl` and their `_noalign` sisters): a
 * dictionary of `train`, `valid` and `test`, each with `text`, `audio` and `vision` (samples x
 * steps x width), `labels` (see `readLabels`) and perhaps `id`.
 *
 * The files state no lengths: rows of zeros before and after a sample are padding and are removed.
 * If all modalities have the same number of steps, the file counts as aligned, and a sample keeps
 * its steps from the first to the last in which any modality is not zero. Numbers that are
 * not finite follow `invalid`; where that is not `mean`, minus infinity in the audio is read as 0,
 * as in the published loader. Opening reads every feature once (twice unless `scan` is false).
 *
 * @param pickle the file, if it is already open; it is closed with the data set, or on failure.
 * @throws LimbicError that names file, split, field and row.
 */
export function openMult(
  path: string,
  options: FeatureFileOptions = {},
  pickle: PickleFile = openPickle(path),
): Dataset {
  return openFeaturePickle(path, options, pickle, () => readLayout(path, pickle, options))
}

function readLayout(path: string, pickle: PickleFile, options: FeatureFileOptions): Dataset {
  const notes: string[] = []
  const { fields, present } = splitFields(pickle.root, path, notes, pickle.more, options)
  const chosen = chooseModalities(fields.train, options, `${path}, split train`)
  const [tokenField, sequences] = tokensApart(fields.train, chosen)
  const extents = perSplit((name) => readExtents(fields[name], sequences, `${path}, split ${name}`))
  const aligned =
    tokenField === undefined && splitNames.every((name) => sameSteps([...extents[name].values()]))
  const labels = firstOf(fields.train, labelWords) ?? 'labels'
  const { targets, ...named } = readLabels(
    perSplit((name) => {
      const where = `${path}, split ${name}`
      return { value: required(fields[name], labels, where, 'field'), where: `${where}, ${labels}` }
    }),
  )
  const splits = perPresent(present, (name) => {
    const split = readSplit(
      name,
      fields[name],
      extents[name],
      targets[name],
      aligned,
      path,
      options,
      notes,
    )
    const tokens = tokenField === undefined ? undefined : bertTokens(fields[name].get(tokenField))
    if (!tokens) return split
    notes.push(`${name}: ${tokenField} are tokens as BERT reads them`)
    return { ...split, features: { text: tokens.feature, ...split.features } }
  })
  return {
    name: datasetName(path, options),
    synthetic: false,
    aligned,
    ...named,
    splits,
    notes,
    close: () => pickle.close(),
  }
}

/** The field of the text, where it holds tokens, and all fields of other sequences. */
function tokensApart(
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
): [string | undefined, ReadonlyMap<Modality, string>] {
  const field = chosen.get('text')
  if (field === undefined || !bertTokens(fields.get(field))) return [undefined, chosen]
  return [field, new Map([...chosen].filter(([modality]) => modality !== 'text'))]
}

function readExtents(
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
  where: string,
): Map<Modality, Extents> {
  return new Map(
    [...chosen].map(([modality, field]) => [
      modality,
      findExtents(required(fields, field, where, 'field'), `${where}, ${field}`),
    ]),
  )
}

function sameSteps(all: readonly Extents[]): boolean {
  return all.every(
    ({ table }) =>
      table.samples === all[0]?.table.samples &&
      table.steps.every((steps, sample) => steps === all[0]?.table.steps[sample]),
  )
}

function readSplit(
  name: SplitName,
  fields: Fields,
  found: ReadonlyMap<Modality, Extents>,
  targets: Targets,
  aligned: boolean,
  path: string,
  { invalid = 'mean', scan = true }: FeatureFileOptions,
  notes: string[],
): Split {
  const where = `${path}, split ${name}`
  const names = [...found.keys()]
  const extents = aligned ? commonExtents([...found.values()]) : [...found.values()]
  const samples = extents[0]?.starts.length ?? Object.values(targets)[0]?.length ?? 0
  const ids = sampleIds(fields, name, samples, where, notes)
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  names.forEach((modality, index) => {
    const extent = elementAt(extents, index, 'modality')
    notePadding(
      extent,
      found.get(modality) ?? extent,
      `${name}: ${modality}`,
      scan ? invalid : 'zero',
      notes,
    )
    // The published loader reads 0; under `mean`, these become the mean like other missing numbers.
    const mends = modality === 'audio' && extent.negativeInfinities > 0 && invalid !== 'mean'
    if (mends) {
      notes.push(
        `${name}: ${extent.negativeInfinities} times minus infinity in the audio read as 0, as MulT's published loader does`,
      )
    }
    sequences[modality] = extentSource(extent, mends)
  })
  const rawText = transcripts(fields, where)
  const split = { ids, ...(rawText && { rawText }), features: sequences, targets }
  if (!scan) return split
  const mended = mendSplit(split, name, path, invalid, notes)
  return {
    ...mended,
    features: mapFeatures(mended.features, (feature, modality) => {
      const own = [...found].find(([known]) => known === modality)?.[1]
      return own ? mendEmpty(feature, emptySamples(own), invalid) : feature
    }),
  }
}
