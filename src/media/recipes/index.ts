/** What other rooms import from recipes. */
export { recipeNamed, recipes } from './known.js'
export type { PictureRecipe } from './picture.js'
export * from './recipe.js'
export type { SoundRecipe } from './sound.js'
export type { WordsRecipe } from './words.js'
