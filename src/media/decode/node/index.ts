/** Recordings in Node: files, images and folders of images, decoded by ffmpeg. */

export type { FileOptions } from '../options.js'
export { writeJpegs, writeWav } from './encode.js'
export { openImages } from './images/open.js'
export { openMedia } from './open.js'
export { findProgram, type Program } from './program.js'
