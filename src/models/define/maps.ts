/** What a map of a model shows, told from its name once. */
import { z } from 'zod'

/** The axes: a name where one follows the batch or a sequence's steps, a number where its size is fixed. */
const axes = z
  .array(z.union([z.string(), z.int()]))
  .readonly()
  .exactOptional()

/** Who looked where: a query step's shares of the key steps. */
const attentionMap = z.strictObject({
  kind: z.literal('attention'),
  name: z.string(),
  /** The sequences whose steps ask, side by side; `fused` of what a model has made of several. */
  query: z.array(z.string()).readonly(),
  /** Those that are asked. */
  keys: z.array(z.string()).readonly(),
  /** Which of several looks at the same: `layer 2`, `hop1`; `first` is one before masks. */
  layer: z.string().exactOptional(),
  axes,
})

/** How much of each feature of a sequence was let through. */
const maskMap = z.strictObject({
  kind: z.literal('mask'),
  name: z.string(),
  keys: z.array(z.string()).readonly(),
  axes,
})

/** Anything else that a custom model outputs. */
const otherMap = z.strictObject({ kind: z.literal('other'), name: z.string(), axes })

/** A map of a model: what it shows of what. */
export const modelMap = z.discriminatedUnion('kind', [attentionMap, maskMap, otherMap])
export type AttentionMapKind = Readonly<z.infer<typeof attentionMap>>
export type MaskMapKind = Readonly<z.infer<typeof maskMap>>
export type ModelMap = Readonly<z.infer<typeof modelMap>>

/**
 * A map by its name in a model: `mask.<sequence>`, `attention.<sequence>` of one that attends to
 * itself, or `attention.<who asks>_to_<who is asked>`, each made of several joined by `_`, followed
 * by `.<layer>` where there are several looks. This is the only place that takes names apart.
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
