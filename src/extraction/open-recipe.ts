/** Opens the extractor of a recipe in Node, with the files that it needs. */
import { readBundledWeights } from '../disk/assets.js'
import { readBytes } from '../disk/files.js'
import { type ClipExtractor, openExtractor, type WordsExtractor } from '../media/extract/index.js'
import type { Recipe } from '../media/recipes/index.js'
import { nodeEngine } from '../runtime/node.js'
import type { ResourcePaths } from './job.js'
import { openWords } from './words/text-encoder.js'

export interface RecipeOptions {
  /** Of each session; default: 1. */
  readonly threads?: number
  /** The vectors of a recipe with `glove`. */
  readonly words?: WordsExtractor
}

/** @throws LimbicError if a file is missing or not the one expected */
export async function openRecipe(
  recipe: Recipe,
  { imageNetwork, textEncoder }: ResourcePaths,
  { threads = 1, words: given }: RecipeOptions = {},
): Promise<ClipExtractor> {
  const { text } = recipe
  const words =
    text && text.kind !== 'glove' && textEncoder !== undefined
      ? await openWords(text, textEncoder, { threads })
      : given
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
