/** Opens the extractor of a recipe in Node, with the files that it needs. */
import { readBundledWeights } from '../disk/assets.js'
import { readBytes } from '../disk/files.js'
import { type ClipExtractor, openExtractor } from '../media/extract/index.js'
import type { Recipe } from '../media/recipes/index.js'
import { nodeEngine } from '../runtime/node.js'
import type { ResourcePaths } from './job.js'

/** @throws LimbicError if a file is missing or is another one */
export function openRecipe(
  recipe: Recipe,
  { imageNetwork }: ResourcePaths,
  threads = 1,
): Promise<ClipExtractor> {
  return openExtractor(nodeEngine, recipe, {
    ...(recipe.vision && {
      faces: readBundledWeights('faces'),
      expression: readBundledWeights('expression'),
    }),
    ...(imageNetwork !== undefined && { imageNetwork: readBytes(imageNetwork) }),
    session: { threads },
  })
}
