/** Joins labels and features by id into a data set. */
import { LimbicError } from '../../../base/errors.js'
import { type ElementType, MemoryBytes, StoredArray } from '../../../formats/npy/index.js'
import type { PickledArray, PickleValue } from '../../../formats/pickle/index.js'
import { arrayOf } from '../../../formats/tree/index.js'
import { type Dataset, type Modality, type SplitName, splitNames } from '../../dataset.js'
import type { FeatureFileOptions } from '../fields/index.js'
import { openMmsa } from '../mmsa/index.js'
import type { Steps } from './features.js'
import type { LabelledSample } from './labels-table.js'

const float32: ElementType = { kind: 'float32', bytes: 4, littleEndian: true }

/** The features of each modality, by id or in the rows of the label table. */
export type FoundFeatures = ReadonlyMap<Modality, ReadonlyMap<string, Steps> | readonly Steps[]>

/** The tables to join. */
export interface Joined {
  readonly samples: readonly LabelledSample[]
  readonly found: FoundFeatures
  /** The source of the labels, for messages. */
  readonly from: string
}

/**
 * The data set of the samples that are in every modality; notes count the others.
 *
 * @throws LimbicError if none is
 */
export function joinSamples(
  path: string,
  { samples, found, from }: Joined,
  options: FeatureFileOptions,
): Dataset {
  const whole = samples.filter((sample) =>
    [...found.values()].every((steps) => stepsOf(steps, sample)),
  )
  if (whole.length === 0) {
    throw new LimbicError('no sample is left', {
      where: path,
      got: [...found]
        .map(
          ([modality, steps]) =>
            `${[...steps].length} samples of ${modality}, such as ${[...steps.keys()][0]}`,
        )
        .join('; '),
      hint: `Ids in ${from} must be those of the files, such as ${samples[0]?.id}`,
    })
  }
  const some = (name: SplitName) => whole.some(({ split }) => split === name)
  const root = new Map<PickleValue, PickleValue>(
    splitNames.filter(some).map((name) => [
      name,
      fieldsOf(
        whole.filter(({ split }) => split === name),
        found,
        path,
      ),
    ]),
  )
  // The columns already have Limbic's names.
  const { names: _, ...rest } = options
  const dataset = openMmsa(path, rest, { path, root, more: [], close: () => {} })
  const left = samples.length - whole.length
  const notes =
    left > 0
      ? [`${left} of ${samples.length} samples are not in every modality and are left out`]
      : []
  return { ...dataset, notes: [...notes, ...dataset.notes] }
}

/** The fields of a split in MMSA's form. */
function fieldsOf(
  samples: readonly LabelledSample[],
  found: FoundFeatures,
  where: string,
): Map<PickleValue, PickleValue> {
  const fields = new Map<PickleValue, PickleValue>([['id', samples.map(({ id }) => id)]])
  for (const [modality, steps] of found) {
    fields.set(
      modality,
      samples.map((sample) =>
        sequence(stepsOf(steps, sample), `${where}, ${modality}, ${sample.id}`),
      ),
    )
  }
  const column = (name: string, cell: (sample: LabelledSample) => PickleValue | undefined) => {
    const cells = samples.map((sample) => cell(sample) ?? null)
    if (cells.some((value) => value !== null)) fields.set(name, cells)
  }
  column('regression_labels', ({ sentiment }) => sentiment)
  column('classification_labels', ({ className }) => className)
  column('raw_text', ({ words }) => words)
  return fields
}

function stepsOf(
  steps: ReadonlyMap<string, Steps> | readonly Steps[],
  { id, row }: LabelledSample,
): Steps | undefined {
  return 'get' in steps ? steps.get(id) : steps[row]
}

function sequence(steps: Steps | undefined, where: string): PickledArray {
  const { width, values } = steps ?? { width: 0, values: new Float32Array(0) }
  const shape = [width === 0 ? 0 : values.length / width, width]
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return arrayOf(new StoredArray(float32, shape, new MemoryBytes(bytes), 'C', where))
}
