/** Makes SVG from charts fit for a page. */
import { LimbicError } from '../../base/errors.js'
import { plainLines } from '../../base/text/clean.js'

/** A tag with its attributes; text cannot hold one, since its "<" is an entity. */
const tags = /<[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>/g

/**
 * SVG that is well-formed XML whatever its texts and descriptions hold: characters that XML may not
 * have, and those that would turn the direction of what follows, are shown as codes.
 */
export function wellFormed(svg: string): string {
  // Truncated text may end amid a surrogate pair.
  return plainLines(svg.replace(/[\ud800-\udbff](?=…)/g, ''))
}

/** Gives the ids of an SVG document, and what refers to them, names under `prefix`, in order of appearance. */
export function scopeIds(svg: string, prefix: string): string {
  const names = new Map<string, string>()
  for (const [tag] of svg.matchAll(tags)) {
    if (!tag.includes('id="')) continue
    const [, id] = /\sid="([^"]+)"/.exec(withoutDescriptions(tag)) ?? []
    if (id !== undefined && !names.has(id)) names.set(id, `${prefix}-${names.size + 1}`)
  }
  const nameOf = (id: string) => names.get(id) ?? id
  const renamed = (tag: string) =>
    tag
      .replace(/(\sid=")([^"]+)"/g, (_, before, id) => `${before}${nameOf(id)}"`)
      .replace(
        /(=")url\((?:&quot;|')?#([^)'"&]+)(?:&quot;|')?\)"/g,
        (_, before, id) => `${before}url(#${nameOf(id)})"`,
      )
      .replace(/(\s(?:xlink:)?href=")#([^"]+)"/g, (_, before, id) => `${before}#${nameOf(id)}"`)
  return svg.replace(tags, (tag) => (/id="|#/.test(tag) ? renamed(tag) : tag))
}

/** A tag without the words that are read out, which refer to nothing. */
function withoutDescriptions(tag: string): string {
  return tag.replace(/\saria-[a-z]+=(?:"[^"]*"|'[^']*')/g, '')
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
  'image',
])

/** A picture inside the SVG itself; it cannot run or fetch anything. */
const pictures = /\shref="data:image\/png;base64,[A-Za-z0-9+/=]*"/g

/** Throws for SVG that runs or fetches anything. */
export function checkSvg(svg: string, where: string): void {
  const refuse = (what: string) => {
    throw new LimbicError(what, { where, hint: 'A figure must be a self-contained SVG element' })
  }
  if (!/^\s*<svg[\s>]/.test(svg) || !/<\/svg>\s*$/.test(svg)) refuse('not an SVG element')
  for (const [, name = ''] of svg.matchAll(/<\/?([^\s>/]*)/g)) {
    if (!chartElements.has(name)) refuse(`an SVG figure may not contain <${name}>`)
  }
  for (const [tag] of svg.matchAll(tags)) {
    // Most tags are cells of a map, with long descriptions and no references.
    if (!/\bon|href|url\(/i.test(tag)) continue
    const attributes = withoutDescriptions(tag).replace(pictures, '')
    const names = attributes.replace(/"[^"]*"|'[^']*'/g, '')
    if (/(^|[\s/])on\w*\s*=/i.test(names)) refuse('an SVG figure may not contain event handlers')
    if (/href\s*=/i.test(names) || /url\((?!#)/i.test(attributes)) {
      refuse('an SVG figure may not refer to other files')
    }
  }
}
