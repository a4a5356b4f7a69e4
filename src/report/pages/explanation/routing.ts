/** For which classes the parts of each sample speak. */
import type { Block } from '../../html/report.js'
import { routingMethod, routingTable } from '../../text/routing.js'
import type { ExplainContent } from './content.js'

export function routingBlocks({ samples = [] }: ExplainContent): Block[] {
  const tables = samples.flatMap((sample) =>
    (sample.routing ?? []).map((routing) => routingTable(sample, routing)),
  )
  if (tables.length === 0) return []
  return [
    { kind: 'prose', text: routingMethod },
    ...tables.map((table): Block => ({ kind: 'table', table })),
  ]
}
