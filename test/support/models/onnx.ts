/** What tests ask of exported files. */
import type { GraphProto } from '../../../src/graph/onnx/generated/onnx_pb.js'
import type { Value } from '../../../src/runtime/session.js'

/** The domain of every operator of a graph and of the graphs within it. */
export function operatorDomains(graph: GraphProto | undefined): string[] {
  return (graph?.node ?? []).flatMap(({ domain, attribute }) => [
    domain,
    ...attribute.flatMap(({ g }) => (g ? operatorDomains(g) : [])),
  ])
}

/** Feeds as JSON carries them: `{ name: { type, shape, data } }`. */
export function plainFeeds(feeds: ReadonlyMap<string, Value>) {
  return Object.fromEntries(
    Array.from(feeds, ([name, { dataType: type, shape, data }]) => [
      name,
      { type, shape, data: Array.from<number | bigint, number>(data, Number) },
    ]),
  )
}
