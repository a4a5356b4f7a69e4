/** Compares a model, or a piece of one, with numbers from its authors' code. */
import { findReference } from '../models/published/references.js'
import type { Comparison } from './compare.js'
import { ReferenceFile } from './reference-file.js'
import { verifyModel } from './verify-model.js'
import { verifyPiece } from './verify-piece.js'

export { type Comparison, passes } from './compare.js'

/**
 * Runs a reference file of the golden layout and compares our numbers with those of the authors'
 * code. For a model: the output, further results, the loss and its parts, gradients, running
 * statistics and the losses of some steps of Adam on the one batch; for a piece, those of them that
 * the file holds.
 *
 * @throws LimbicError if the file is not a reference file, or its parameters are not the model's
 */
export async function verifyReference(path: string): Promise<Comparison[]> {
  const file = ReferenceFile.open(path)
  const found = findReference(file.values.model, path)
  return found.kind === 'model' ? verifyModel(file, found.format) : verifyPiece(file, found.piece)
}
