/** Detects what a file contains. */
export { type ContentKind, type KindWords, kinds } from './kinds.js'
export { describeKind, headBytes, sniff, sniffFile, sniffOpen } from './sniff.js'
