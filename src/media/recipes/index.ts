/** The exports of recipes to other rooms. */
export { recipeNamed, recipes } from './known.js'
export type { PictureRecipe } from './picture.js'
export * from './recipe.js'
export { aboutResources, type ResourceName, resourceNames, resourcesOf } from './resources.js'
export type { SoundRecipe } from './sound.js'
export type { WordsRecipe } from './words.js'
