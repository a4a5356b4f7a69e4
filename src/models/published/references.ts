/** All formats of reference files. */
import { LimbicError } from '../../base/errors.js'
import { emoembsReference } from '../emoembs/reference.js'
import { mmlatchReference } from '../mmlatch/reference.js'
import { multReference } from '../mult/reference.js'
import { routingReference } from '../quoted/multimodal-routing/reference.js'
import { selfCrossReferences } from '../selfcross/reference.js'
import { lateFusionReferences } from './late-fusion-reference.js'
import {
  type ReferenceFormat,
  type ReferenceMeaning,
  referenceMetadata,
} from './reference-format.js'

/** Tells what a file of reference numbers holds, which were made with the authors' code. */
export interface ReferenceReader extends Omit<ReferenceFormat, 'read'> {
  /** @throws LimbicError that names the file and the key of the metadata at fault */
  read(metadata: Readonly<Record<string, string>>): ReferenceMeaning
}

const formats: readonly ReferenceFormat[] = [
  mmlatchReference,
  ...lateFusionReferences,
  emoembsReference,
  ...selfCrossReferences,
  multReference,
  routingReference,
]

/**
 * @param published what the file's metadata call the model
 * @param file for messages
 * @throws LimbicError for a model that no reader knows
 */
export function findReference(published: string | undefined, file: string): ReferenceReader {
  const format = formats.find((candidate) => candidate.published === published)
  if (format) {
    return { ...format, read: (metadata) => format.read(referenceMetadata(metadata, file)) }
  }
  throw new LimbicError('a reference file of an unknown model', {
    where: file,
    expected: formats.map((candidate) => `"${candidate.published}"`).join(', '),
    got: published === undefined ? 'no "model" in its metadata' : `"${published}"`,
  })
}
