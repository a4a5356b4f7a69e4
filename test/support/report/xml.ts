/** Whether a text is well-formed XML, as far as charts use it: no declarations, entities by name or number. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 may not hold (section 2.2)
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u
const tag =
  /^<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/
const attribute = /\s+([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const reference = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/

/** What is wrong with a text that should be one XML element; undefined if nothing is. */
export function xmlFault(text: string): string | undefined {
  const bad = forbidden.exec(text)
  if (bad) return `character ${bad[0].codePointAt(0)?.toString(16)} at ${bad.index}`
  const open: string[] = []
  let [rest, roots] = [text.trim(), 0]
  while (rest !== '') {
    const next = rest.indexOf('<')
    const content = next < 0 ? rest : rest.slice(0, next)
    if (reference.test(content) || content.includes(']]>')) return `text: ${content.slice(0, 80)}`
    if (content.trim() !== '' && open.length === 0) return `text outside: ${content.slice(0, 80)}`
    if (next < 0) break
    rest = rest.slice(next)
    const found = tag.exec(rest)
    if (!found) return `tag: ${rest.slice(0, 80)}`
    const [whole, closing, name = '', attributes = '', empty] = found
    const names = [...attributes.matchAll(attribute)].map(([, key]) => key)
    if (new Set(names).size < names.length) return `attribute twice: ${whole.slice(0, 80)}`
    if (reference.test(attributes)) return `attribute: ${whole.slice(0, 80)}`
    if (closing) {
      if (open.pop() !== name) return `closed without being open: ${name}`
    } else {
      if (open.length === 0) roots++
      if (!empty) open.push(name)
    }
    rest = rest.slice(whole.length)
  }
  if (open.length > 0) return `not closed: ${open.join(', ')}`
  return roots === 1 ? undefined : `${roots} elements`
}
