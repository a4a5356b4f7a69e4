/** What is in a chart, for tests. */

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
