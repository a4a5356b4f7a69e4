/** All formats of reference files. */
import { LimbicError } from '../../base/errors.js'
import { emoembsReference } from '../emoembs/reference.js'
import { fe2ePieces, fe2eReference } from '../fe2e/reference.js'
import { mesmPieces, mesmReference } from '../mesm/reference.js'
import { mmlatchReference } from '../mmlatch/reference.js'
import { multReference } from '../mult/reference.js'
import { fusionReferences } from '../quoted/blocks/reference.js'
import { graphMfnReferences } from '../quoted/graph-mfn/reference.js'
import { marnReferences } from '../quoted/marn/reference.js'
import { mcsanReference } from '../quoted/mcsan/reference.js'
import { mctnReferences } from '../quoted/mctn/reference.js'
import { mfnReference } from '../quoted/mfn/reference.js'
import { misaReference } from '../quoted/misa/reference.js'
import { routingReference } from '../quoted/multimodal-routing/reference.js'
import { ravenReferences } from '../quoted/raven/reference.js'
import { selfMmReference } from '../quoted/self-mm/reference.js'
import { tbjeReferences } from '../quoted/tbje/reference.js'
import { selfCrossReferences } from '../selfcross/reference.js'
import { albertPiece } from '../text-encoder/reference.js'
import { lateFusionReferences } from './late-fusion-reference.js'
import type { ReferenceFormat } from './reference-format.js'
import type { ReferencePiece } from './reference-piece.js'

/** Whole models. */
const formats: readonly ReferenceFormat[] = [
  mmlatchReference,
  ...lateFusionReferences,
  emoembsReference,
  ...selfCrossReferences,
  multReference,
  ...fusionReferences,
  misaReference,
  mcsanReference,
  selfMmReference,
  routingReference,
  ...tbjeReferences,
  ...ravenReferences,
  fe2eReference,
  mesmReference,
  mfnReference,
  ...marnReferences,
  ...mctnReferences,
  ...graphMfnReferences,
]

/** Parts of models. */
const pieces: readonly ReferencePiece[] = [...fe2ePieces, ...mesmPieces, albertPiece]

export type FoundReference =
  | { readonly kind: 'model'; readonly format: ReferenceFormat }
  | { readonly kind: 'piece'; readonly piece: ReferencePiece }

/**
 * How to read a file of reference numbers made with the authors' code.
 *
 * @param published the name of the model in the file's metadata
 * @param file for messages
 * @throws LimbicError for a model that no reader knows
 */
export function findReference(published: string | undefined, file: string): FoundReference {
  const format = formats.find((candidate) => candidate.published === published)
  if (format) return { kind: 'model', format }
  const piece = pieces.find((candidate) => candidate.published === published)
  if (piece) return { kind: 'piece', piece }
  throw new LimbicError('a reference file of an unknown model', {
    where: file,
    expected: [...formats, ...pieces].map((candidate) => `"${candidate.published}"`).join(', '),
    got: published === undefined ? 'no "model" in its metadata' : `"${published}"`,
  })
}
