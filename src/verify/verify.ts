/** Compares a model, or a piece of one, with numbers that its authors' code gave. */
import { findReference } from '../models/published/references.js'
import type { Comparison } from './compare.js'
import { ReferenceFile } from './reference-file.js'
import { verifyModel } from './verify-model.js'
import { verifyPiece } from './verify-piece.js'

export { type Comparison, passes } from './compare.js'

/**
 * Runs a reference file of the golden layout and compares what the authors' code gave: of a model
 * the output, further results, loss and its parts, gradients, running statistics and the losses of
 * some steps of Adam on the one batch; of a piece what its file holds of these.
 *
 * @throws LimbicError if the file is no reference file, or its parameters are not the model's
 */
export async function verifyReference(path: string): Promise<Comparison[]> {
  const file = ReferenceFile.open(path)
  const found = findReference(file.values.model, path)
  return found.kind === 'model' ? verifyModel(file, found.format) : verifyPiece(file, found.piece)
}
