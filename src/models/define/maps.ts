/** The meaning of a model's map, parsed from its name in one place. */
import { z } from 'zod'

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

/** A mask: the share of each feature of a sequence that is let through. */
const maskMap = z.strictObject({
  kind: z.literal('mask'),
  name: z.string(),
  keys: z.array(z.string()).readonly(),
  axes,
})

/** Any other map of a custom model. */
const otherMap = z.strictObject({ kind: z.literal('other'), name: z.string(), axes })

/** A map of a model, and its meaning. */
export const modelMap = z.discriminatedUnion('kind', [attentionMap, maskMap, otherMap])
export type AttentionMapKind = Readonly<z.infer<typeof attentionMap>>
export type MaskMapKind = Readonly<z.infer<typeof maskMap>>
export type ModelMap = Readonly<z.infer<typeof modelMap>>

/**
 * A map by its name in a model: `mask.<sequence>`, `attention.<sequence>` of one that attends to
 * itself, or `attention.<who asks>_to_<who is asked>`, each made of several joined by `_`, followed
 * by `.<layer>` if there are several. Names are parsed only here.
 */
export function describeMap(name: string): ModelMap {
  const [what = '', sides = '', ...rest] = name.split('.')
  if (what === 'mask' && sides !== '') return { kind: 'mask', name, keys: sides.split('_') }
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
