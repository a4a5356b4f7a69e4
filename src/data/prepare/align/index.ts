/** What other rooms import from alignment. */

export { alignToReference, type Collapse, hardUnify, imputeZeros } from './align.js'
export type { TimedRows, TimedSequence } from './timed.js'
