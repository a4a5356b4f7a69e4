/** Routing on average over the split and for single samples. */
import type { Block } from '../../html/report.js'
import { meanRoutingTable, routingMethod, sampleRoutingTable } from '../../text/routing.js'
import type { ExplainContent } from './content.js'

export function routingBlocks({ samples = [], routing = [], data }: ExplainContent): Block[] {
  const tables = [
    ...routing.map((mean) => meanRoutingTable(data.samples, mean)),
    ...samples.flatMap((sample) =>
      (sample.routing ?? []).map((own) => sampleRoutingTable(sample, own)),
    ),
  ]
  if (tables.length === 0) return []
  return [
    { kind: 'prose', text: routingMethod },
    ...tables.map((table): Block => ({ kind: 'table', table })),
  ]
}
