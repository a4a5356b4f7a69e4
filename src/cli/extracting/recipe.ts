/** Reads the recipe given to a command: a known one by name, or a file, or a part of either. */
import { LimbicError } from '../../base/errors.js'
import { type Modality, modalities } from '../../base/modalities.js'
import { validate } from '../../base/schema.js'
import { readChoice } from '../../base/values.js'
import { readJson } from '../../disk/files.js'
import { partOfRecipe, type Recipe, recipeNamed, recipeSchema } from '../../media/recipes/index.js'

/**
 * @param name of a recipe that Limbic knows, or a `.json` file of one, such as the `recipe` of a store's manifest
 * @param parts names of modalities, separated by commas; by default all
 * @throws LimbicError if there is no such recipe, its parts do not fit together, or it lacks a
 * modality
 */
export function readRecipe(name: string, parts: string | undefined): Recipe {
  const recipe = /\.json$/i.test(name)
    ? withoutResources(validate(recipeSchema, readJson(name), name))
    : recipeNamed(name)
  return parts === undefined ? recipe : partOf(recipe, parts)
}

/** Resources are given again for a new extraction. */
const withoutResources = (recipe: Recipe): Recipe => ({ ...recipe, resources: {} })

function partOf(recipe: Recipe, names: string): Recipe {
  const wanted = new Set(
    names.split(',').map((name) => readChoice('--modalities', name.trim(), modalities)),
  )
  const missing = [...wanted].filter((name: Modality) => recipe[name] === undefined)
  if (missing.length === 0) return partOfRecipe(recipe, [...wanted])
  throw new LimbicError(`recipe ${recipe.name} has no ${missing.join(' and no ')}`, {
    where: '--modalities',
    expected: modalities.filter((name) => recipe[name]).join(', '),
  })
}
