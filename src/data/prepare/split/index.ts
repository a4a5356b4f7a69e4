/** What other rooms import from splitting. */

export * from './apply.js'
export * from './divide.js'
export * from './speakers.js'
export { concatSplits, subset } from './views.js'
