/** Recordings in a page: files and images. */

export type { FileOptions } from '../options.js'
export { type ImageOptions, openImages } from './images.js'
export { openMedia } from './open.js'
