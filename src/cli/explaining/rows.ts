/** Finds samples by id. */

import { LimbicError } from '../../base/errors.js'
import { nearest } from '../../base/schema.js'
import { shellWord } from '../../base/text/shell.js'

/**
 * The rows of samples by their ids, each once.
 *
 * @param where what the samples are of, for messages
 * @throws LimbicError if one is not there
 */
export function rowsOf(ids: readonly string[], wanted: readonly string[], where: string): number[] {
  return [...new Set(wanted)].map((id) => {
    const row = ids.indexOf(id)
    if (row >= 0) return row
    const near = nearest(id, ids)
    const some = `Ids include ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ...' : ''}`
    const hint = near === undefined ? some : `Did you mean ${shellWord(near)}?`
    // A shell puts something else in the place of $_ and $4, also between double quotes.
    const quotes = ids.some((known) => known.includes('$')) && !id.includes('$')
    throw new LimbicError(`unknown sample "${id}"`, {
      where,
      hint: quotes ? `Put ids with $ in single quotes, or the shell replaces it. ${hint}` : hint,
    })
  })
}
