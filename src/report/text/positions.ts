/** The selected positions of pictures, in numbers. */
import { fixed, mean } from '../../base/numbers.js'
import { capitalised } from '../../base/text/words.js'
import type { MeanPositions } from '../../explain/index.js'
import type { Table } from '../tables/table.js'

/** The share of the positions that each layer selects, by class, in percent. */
export function selectionTable({ sequence, classNames, classes }: MeanPositions): Table {
  const first = classes.find((one) => one !== null)
  const layers = first?.layers ?? []
  return {
    caption: `${capitalised(sequence)}: the share of all positions that each layer selects, in percent, on average over the pictures of each class.`,
    columns: [
      { header: 'Class' },
      { header: 'Pictures', align: 'right' },
      ...layers.map(({ layer, rows, columns }) => ({
        header: `Layer ${layer} (${rows} x ${columns})`,
        align: 'right' as const,
      })),
    ],
    rows: classNames.map((name, index) => {
      const of = classes[index]
      return [
        name,
        of ? of.count : 'none',
        ...layers.map((_, at) => {
          const [selected] = of?.layers[at]?.selected ?? []
          return selected ? fixed(100 * mean(selected), 1) : null
        }),
      ]
    }),
  }
}
