import { LimbicError } from '../../base/errors.js'

/** Gives the ids of an SVG document, and what refers to them, names under `prefix`, in order of appearance. */
export function scopeIds(svg: string, prefix: string): string {
  const names = new Map<string, string>()
  for (const [, id] of svg.matchAll(/\sid="([^"]+)"/g)) {
    if (id !== undefined && !names.has(id)) names.set(id, `${prefix}-${names.size + 1}`)
  }
  return svg
    .replace(/(\sid=")([^"]+)"/g, (_, before, id) => `${before}${names.get(id) ?? id}"`)
    .replace(
      /url\((&quot;|['"]?)#([^)'"&]+)\1\)/g,
      (_, _quote, id) => `url(#${names.get(id) ?? id})`,
    )
    .replace(
      /(\s(?:xlink:)?href=")#([^"]+)"/g,
      (_, before, id) => `${before}#${names.get(id) ?? id}"`,
    )
}

/** The elements that a chart is made of; none of them runs or fetches anything. */
const chartElements = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'circle',
  'line',
  'text',
  'tspan',
  'title',
  'desc',
  'defs',
  'linearGradient',
  'radialGradient',
  'stop',
  'clipPath',
])

/** Complains about SVG that would not be at home in a page: anything that runs, or that is fetched. */
export function checkSvg(svg: string, where: string): void {
  const refuse = (what: string) => {
    throw new LimbicError(what, { where, hint: 'A figure must be a self-contained SVG element' })
  }
  if (!/^\s*<svg[\s>]/.test(svg) || !/<\/svg>\s*$/.test(svg)) refuse('not an SVG element')
  for (const [, name = ''] of svg.matchAll(/<\/?([^\s>/]*)/g)) {
    if (!chartElements.has(name)) refuse(`an SVG figure may not hold <${name}>`)
  }
  for (const [, attributes = ''] of svg.matchAll(/<[a-zA-Z]+((?:[^>"']|"[^"]*"|'[^']*')*)>/g)) {
    const names = attributes.replace(/"[^"]*"|'[^']*'/g, '')
    if (/(^|[\s/])on\w*\s*=/i.test(names)) refuse('an SVG figure may not hold event handlers')
    if (/href\s*=/i.test(names) || /url\((?!#)/i.test(attributes)) {
      refuse('an SVG figure may not refer to other files')
    }
  }
}
