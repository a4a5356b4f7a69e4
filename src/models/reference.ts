import { LimbicError } from '../errors.js'
import type { Modality } from '../modalities.js'
import { emoembsReference } from './emoembs/reference.js'
import { lateFusionReferences } from './late-fusion/reference.js'
import { mmlatchReference } from './mmlatch/reference.js'
import { multReference } from './mult/reference.js'
import { selfCrossReferences } from './selfcross/reference.js'

/** How a file of reference numbers, made with the authors' code, says what it holds. */
export interface ReferenceReader {
  /** What the file's metadata call the model. */
  readonly published: string
  /** The name of our model. */
  readonly model: string
  /** What the metadata mean: settings for our model (every dropout off) and number of outputs. */
  read(metadata: Readonly<Record<string, string>>): {
    readonly settings: Readonly<Record<string, unknown>>
    readonly outputs: number
    /**
     * Inputs that the file keeps packed, [sum of lengths, width], all steps of one sample after
     * those of another, and the lengths of the samples.
     */
    readonly packed?: Readonly<Partial<Record<Modality, readonly number[]>>>
  }
  /** What the file calls each of our inputs; without `lengths` all steps that there are count. */
  readonly inputs: Readonly<Partial<Record<Modality | 'lengths', string>>>
}

const readers: readonly ReferenceReader[] = [
  mmlatchReference,
  ...lateFusionReferences,
  emoembsReference,
  ...selfCrossReferences,
  multReference,
]

/** @throws LimbicError for a model that no reader knows */
export function findReference(published: string | undefined, where: string): ReferenceReader {
  const reader = readers.find((candidate) => candidate.published === published)
  if (reader) return reader
  throw new LimbicError('a reference file of a model that Limbic does not know', {
    where,
    expected: readers.map((candidate) => `"${candidate.published}"`).join(', '),
    got: published === undefined ? 'no "model" in its metadata' : `"${published}"`,
  })
}
