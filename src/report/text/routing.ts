/** Routing as a table and in words: which parts of a sample speak for which classes. */
import { fixed } from '../../base/numbers.js'
import { capitalised } from '../../base/text/words.js'
import type { SampleExplanation, SampleRouting } from '../../explain/index.js'
import type { Table } from '../tables/table.js'

/** How to read the table. */
export const routingMethod =
  'Each part, a modality or several together, speaks with a strength from 0 to 1, and its routing coefficients say how it divides among the classes. Strength times coefficient is what the part contributes to a class. Coefficients describe this sample; they say for which class a part speaks, not whether it is right.'

/** One row a part: its strength, and its share of each class in percent. */
export function routingTable(
  { id, truth, prediction }: Pick<SampleExplanation, 'id' | 'truth' | 'prediction'>,
  { parts, classes, shares, strengths, layer }: SampleRouting,
): Table {
  const of = layer === undefined ? '' : `, ${layer}`
  return {
    caption: `For which classes the parts of sample ${id} speak, in percent${of} (true ${truth}, predicted ${prediction}).`,
    columns: [
      { header: 'Part' },
      ...(strengths ? [{ header: 'Strength', align: 'right' } as const] : []),
      ...classes.map((name) => ({ header: capitalised(name), align: 'right' }) as const),
    ],
    rows: parts.map((part, row) => [
      part,
      ...(strengths ? [fixed(strengths[row] ?? Number.NaN, 2)] : []),
      ...classes.map((_, column) => fixed(100 * (shares[row]?.[column] ?? Number.NaN), 1)),
    ]),
  }
}
