/** The files that a recipe needs besides recordings. */
import type { Recipe } from './recipe.js'

/** What they are for. */
export const resourceNames = ['glove', 'textEncoder', 'imageNetwork'] as const
export type ResourceName = (typeof resourceNames)[number]

/** What each one is, in a few words. */
export const aboutResources: Readonly<Record<ResourceName, string>> = {
  glove: 'word vectors (a text file of GloVe)',
  textEncoder: 'the folder of a text encoder or tokeniser',
  imageNetwork: 'a network for pictures (ONNX)',
}

/** The resources that a recipe needs. */
export function resourcesOf({ text, vision }: Recipe): ResourceName[] {
  return [
    ...(text ? [text.kind === 'glove' ? ('glove' as const) : ('textEncoder' as const)] : []),
    ...(vision?.kind === 'image-network' ? ['imageNetwork' as const] : []),
  ]
}
