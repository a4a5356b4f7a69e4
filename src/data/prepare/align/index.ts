/** The exports of alignment for other folders. */

export { alignToReference, type Collapse, hardUnify, imputeZeros } from './align.js'
export type { TimedRows, TimedSequence } from './timed.js'
