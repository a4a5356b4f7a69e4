/** Which samples are shown. */
import type { Block } from '../../html/report.js'
import type { ExplainContent } from './content.js'

export function sampleBlocks({ samples = [], samplesNamed = false }: ExplainContent): Block[] {
  if (samples.length === 0) return []
  return [
    {
      kind: 'prose',
      text:
        'Each sample was run in a batch of its own' +
        (samplesNamed
          ? '.'
          : ', and was selected by class and length, not by how well the model predicts it.'),
    },
    {
      kind: 'table',
      table: {
        caption: 'The samples shown.',
        columns: [
          { header: 'Sample' },
          { header: 'True', align: 'right' },
          { header: 'Predicted', align: 'right' },
        ],
        rows: samples.map(({ id, truth, prediction }) => [id, truth, prediction]),
      },
    },
  ]
}
