/** Routing as a table and in words: how the parts of a sample divide among the classes. */
import { fixed } from '../../base/numbers.js'
import { capitalised } from '../../base/text/words.js'
import type { Routing, SampleExplanation } from '../../explain/index.js'
import type { Table } from '../tables/table.js'

/** How to read the table. */
export const routingMethod =
  'Each part, a modality or several together, speaks with a strength from 0 to 1, and its routing coefficients say how it divides among the classes. Strength times coefficient is what the part contributes to a class. Coefficients describe this sample; they say for which class a part speaks, not whether it is right.'

/** The routing of one sample. */
export function sampleRoutingTable(
  { id, truth, prediction }: Pick<SampleExplanation, 'id' | 'truth' | 'prediction'>,
  routing: Routing,
): Table {
  const of = `of sample ${id} (true ${truth}, predicted ${prediction})`
  return routingTable(`For which classes the parts ${of} speak, in percent`, routing)
}

/** The mean routing of many samples. */
export function meanRoutingTable(samples: number, routing: Routing): Table {
  const what = `For which classes parts speak on average over ${samples} samples, in percent`
  return routingTable(what, routing)
}

/** One row per part: its strength, and its coefficient for each class in percent. */
function routingTable(what: string, { parts, classes, shares, strengths, layer }: Routing): Table {
  return {
    caption: `${what}${layer === undefined ? '' : `; ${layer}`}.`,
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
