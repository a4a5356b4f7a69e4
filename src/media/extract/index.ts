/** What other rooms import from extraction of one clip. */
export * from './clip.js'
export { type ExtractorResources, openExtractor, type WordsExtractor } from './extract.js'
export { halfOf, type PictureModels } from './picture.js'
