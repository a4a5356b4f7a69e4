/** The exports of splitting for other folders. */

export * from './apply.js'
export * from './divide.js'
export * from './speakers.js'
export { concatSplits, subset } from './views.js'
