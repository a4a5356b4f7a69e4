/** Finds samples by id. */

import { LimbicError } from '../../base/errors.js'
import { nearest } from '../../base/schema.js'
import { shellWord } from '../../base/text/shell.js'

/**
 * The rows of samples by their ids, each once. If several samples share an id, `ID#2` is the
 * second.
 *
 * @param where the split or data set, for messages
 * @throws LimbicError if a sample does not exist, or several samples share the id
 */
export function rowsOf(ids: readonly string[], wanted: readonly string[], where: string): number[] {
  const rows = wanted.map((id) => {
    const row = ids.indexOf(id)
    if (row >= 0 && row === ids.lastIndexOf(id)) return row
    if (row >= 0) throw severalSamples(ids, id, where)
    const numbered = numberedRow(ids, id)
    if (numbered !== undefined) return numbered
    const near = nearest(id, ids)
    const some = `Ids include ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ...' : ''}`
    const hint = near === undefined ? some : `Did you mean ${shellWord(near)}?`
    // A shell substitutes $_ and $4, even inside double quotes.
    const quotes = ids.some((known) => known.includes('$')) && !id.includes('$')
    throw new LimbicError(`unknown sample "${id}"`, {
      where,
      hint: quotes ? `Put ids with $ in single quotes, or the shell replaces it. ${hint}` : hint,
    })
  })
  return [...new Set(rows)]
}

/** The row that `ID#2` names: the second sample with that id. */
function numberedRow(ids: readonly string[], wanted: string): number | undefined {
  const [, id, number] = /^(.*)#([1-9]\d*)$/s.exec(wanted) ?? []
  return ids.flatMap((known, row) => (known === id ? [row] : []))[Number(number) - 1]
}

function severalSamples(ids: readonly string[], id: string, where: string): LimbicError {
  const rows = ids.flatMap((known, row) => (known === id ? [row] : []))
  const some = `${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', ...' : ''}`
  return new LimbicError(`${rows.length} samples have the id "${id}"`, {
    where,
    got: `rows ${some}`,
    hint: `Choose one by its number, such as ${shellWord(`${id}#1`)} or ${shellWord(`${id}#2`)}`,
  })
}
