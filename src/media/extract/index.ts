/** The exports of extraction to other rooms. */
export * from './clip.js'
export { type ExtractorResources, openExtractor, type WordsExtractor } from './extract.js'
export { halfOf, type PictureModels } from './picture.js'
