/** What is in a chart, and what one is drawn of, for tests. */

/** How the two words of a sample attend to each other. */
export const attention = {
  name: 'attention.text',
  asking: ['text'],
  asked: ['text'],
  first: false,
  title: 'text attends to itself',
  queries: ['so', 'good'],
  keys: ['so', 'good'],
  weights: [
    [0.25, 0.75],
    [0.5, 0.5],
  ],
}

/** The texts that a reader sees, in order. */
export function textsOf(svg = ''): string[] {
  return [...svg.matchAll(/<(text|tspan)[^>]*>([^<]+)<\/\1>/g)].map(([, , text]) => text ?? '')
}

/** The marks of one kind: their elements with their attributes. */
export function marksOf(svg: string | undefined, kind: string): string[] {
  const groups = (svg ?? '').matchAll(
    new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs'),
  )
  return [...groups].flatMap(([, inside = '']) => inside.match(/<(?:path|rect|line) [^>]*>/g) ?? [])
}
