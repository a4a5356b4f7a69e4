export { alignToReference, averageRows, type Collapse, hardUnify, imputeZeros } from './align.js'
export { type Overlap, OverlapFinder } from './overlap.js'
export { epsilon, type TimedRows, type TimedSequence } from './timed.js'
