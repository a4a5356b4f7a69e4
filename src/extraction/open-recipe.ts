/** Opens the extractor of a recipe in Node, with the files that it needs. */
import { readBundledWeights } from '../disk/assets.js'
import { readBytes } from '../disk/files.js'
import { type ClipExtractor, openExtractor } from '../media/extract/index.js'
import type { Recipe } from '../media/recipes/index.js'
import { nodeEngine } from '../runtime/node.js'
import type { ResourcePaths } from './job.js'
import { openWords } from './words/text-encoder.js'

/** @throws LimbicError if a file is missing or not the one expected */
export async function openRecipe(
  recipe: Recipe,
  { imageNetwork, textEncoder }: ResourcePaths,
  threads = 1,
): Promise<ClipExtractor> {
  const { text } = recipe
  const words =
    text && text.kind !== 'glove' && textEncoder !== undefined
      ? await openWords(text, textEncoder, { threads })
      : undefined
  return openExtractor(nodeEngine, recipe, {
    ...(words && { words }),
    ...(recipe.vision && {
      faces: readBundledWeights('faces'),
      expression: readBundledWeights('expression'),
    }),
    ...(imageNetwork !== undefined && { imageNetwork: readBytes(imageNetwork) }),
    session: { threads },
  })
}
