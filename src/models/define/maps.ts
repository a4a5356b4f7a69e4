/** The meaning of a model's maps, parsed from their names. */
import { z } from 'zod'
import { subsetGraph } from './subset-graph.js'

/** The axes: a name for the batch or a sequence's steps, a number for a fixed size. */
const axes = z
  .array(z.union([z.string(), z.int()]))
  .readonly()
  .exactOptional()

/** Attention: a query step's weights on the key steps. */
const attentionMap = z.strictObject({
  kind: z.literal('attention'),
  name: z.string(),
  /** The sequences of the queries; `fused` for a representation of several. */
  query: z.array(z.string()).readonly(),
  /** The sequences of the keys. */
  keys: z.array(z.string()).readonly(),
  /** Which of several maps of the same sequences: `layer 2`, `hop1`; `first` is the pass before masks. */
  layer: z.string().exactOptional(),
  axes,
})

/** A mask: the factor from 0 to 1 on each feature of a sequence. */
const maskMap = z.strictObject({
  kind: z.literal('mask'),
  name: z.string(),
  keys: z.array(z.string()).readonly(),
  axes,
})

/** A number for each step of a sequence, such as a gate: [batch, time]. */
const stepsMap = z.strictObject({
  kind: z.literal('steps'),
  name: z.string(),
  sequence: z.string(),
  /** For people: `audio gate`. */
  what: z.string(),
  axes,
})

/** Several numbers for each step: [batch, time, parts], or [batch, heads, time, parts]. */
const partsMap = z.strictObject({
  kind: z.literal('parts'),
  name: z.string(),
  /**
   * The meaning of each number, for people: `attention on audio before`,
   * `flow from text to text + audio`.
   */
  titles: z.array(z.string()).readonly(),
  axes,
})

/**
 * Numbers at the positions of each picture of a sequence, such as a face or a chunk of a
 * spectrogram: [batch, time, rows, columns]. Positions are fewer than pixels where a model halves
 * its maps.
 */
const positionsMap = z.strictObject({
  kind: z.literal('positions'),
  name: z.string(),
  sequence: z.string(),
  /** Weights that add up to 1 over the positions of a picture, or 1 where one is selected. */
  what: z.enum(['attention', 'selected']),
  /** Which of several layers. */
  layer: z.string(),
  axes,
})

/** The modalities of each part: one, or several together. */
const parts = z.array(z.array(z.string()).readonly()).readonly()

/** Routing coefficients: how each part divides among the classes, [batch, parts, classes]. */
const routingMap = z.strictObject({
  kind: z.literal('routing'),
  name: z.string(),
  parts,
  /** Which of several iterations, if not the last. */
  layer: z.string().exactOptional(),
  axes,
})

/** The activation of each part, from 0 to 1: [batch, parts]. */
const activationMap = z.strictObject({
  kind: z.literal('activation'),
  name: z.string(),
  parts,
  axes,
})

/** How far the heads of a sequence's attention look, in steps, where it is learned: [batch, heads]. */
const windowMap = z.strictObject({
  kind: z.literal('window'),
  name: z.string(),
  sequence: z.string(),
  axes,
})

/** Any other map of a custom model. */
const otherMap = z.strictObject({ kind: z.literal('other'), name: z.string(), axes })

/** A map of a model, and its meaning. */
export const modelMap = z.discriminatedUnion('kind', [
  attentionMap,
  maskMap,
  stepsMap,
  partsMap,
  positionsMap,
  routingMap,
  activationMap,
  windowMap,
  otherMap,
])
export type AttentionMapKind = Readonly<z.infer<typeof attentionMap>>
export type ModelMap = Readonly<z.infer<typeof modelMap>>

/**
 * The meaning of a map by its name. Names are parsed only here; several sequences or modalities are
 * joined by `_`:
 * - `attention.<sequence>`, a sequence that attends to itself, or `attention.<queries>_to_<keys>`,
 *   followed by `.<layer>` if there are several;
 * - `mask.<sequence>`;
 * - `steps.<sequence>.<what>`, one number per step;
 * - `shares.<part>+<part>`, the share of attention on each part;
 * - `spatial.<sequence>.<layer>`, attention on the positions of each picture, and
 *   `active.<sequence>.<layer>`, 1 where a position is selected;
 * - `graph.<modalities>`, the weight of each edge of their `subsetGraph`;
 * - `routing.<part>+<part>`, followed by `.<layer>` if it is not the last iteration, and
 *   `activation.<part>+<part>`;
 * - `window.<sequence>`, the learned window of each head;
 * - any other name: a map without a known meaning.
 */
export function describeMap(name: string): ModelMap {
  const [what = '', sides = '', ...rest] = name.split('.')
  if (what === 'mask' && sides !== '') return { kind: 'mask', name, keys: sides.split('_') }
  const [only = ''] = rest
  if (what === 'steps' && rest.length === 1 && sides !== '' && only !== '') {
    return { kind: 'steps', name, sequence: sides, what: only.replaceAll('_', ' ') }
  }
  if (what === 'shares' && sides !== '' && rest.length === 0) {
    const titles = sides.split('+').map((part) => `attention on ${part.replaceAll('_', ' ')}`)
    return { kind: 'parts', name, titles }
  }
  if ((what === 'spatial' || what === 'active') && sides !== '' && rest.length > 0) {
    const layer = rest.join('.')
    const selects = what === 'active'
    return {
      kind: 'positions',
      name,
      sequence: sides,
      what: selects ? 'selected' : 'attention',
      layer,
    }
  }
  if (what === 'graph' && sides !== '' && rest.length === 0) {
    const vertex = (subset: string) => subset.replaceAll('_', ' + ')
    const titles = subsetGraph(sides.split('_')).edges.map(
      ({ from, to }) => `flow from ${vertex(from)} to ${vertex(to)}`,
    )
    return { kind: 'parts', name, titles }
  }
  if (what === 'routing' && sides !== '') {
    const layer = rest.length > 0 && { layer: rest.join('.') }
    return { kind: 'routing', name, parts: partsOf(sides), ...layer }
  }
  if (what === 'activation' && sides !== '' && rest.length === 0) {
    return { kind: 'activation', name, parts: partsOf(sides) }
  }
  if (what === 'window' && sides !== '' && rest.length === 0) {
    return { kind: 'window', name, sequence: sides }
  }
  if (what !== 'attention' || sides === '') return { kind: 'other', name }
  const [asking = '', asked = asking] = sides.split('_to_')
  return {
    kind: 'attention',
    name,
    query: asking.split('_'),
    keys: asked.split('_'),
    ...(rest.length > 0 && { layer: rest.join('.') }),
  }
}

/** `text+audio+text_audio`. */
function partsOf(sides: string): string[][] {
  return sides.split('+').map((part) => part.split('_'))
}
