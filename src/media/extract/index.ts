/** The exports of extraction to other rooms. */
export * from './clip.js'
export { type ExtractorResources, openExtractor, type WordsExtractor } from './extract.js'
export {
  halfOf,
  openPictureExtractor,
  type PictureExtractor,
  type PictureModels,
  type PictureStep,
} from './picture.js'
