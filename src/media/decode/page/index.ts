/** Recordings in a page: files, images, and live cameras and microphones. */

export type { FileOptions } from '../options.js'
export { type ImageOptions, openImages } from './images.js'
export { type LiveOptions, openLive } from './live/open.js'
export type { LiveStream, LiveTrack } from './live/stream.js'
export { openMedia } from './open.js'
