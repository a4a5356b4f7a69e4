/** What a file holds, by its content. */
export { type ContentKind, type KindWords, kinds } from './kinds.js'
export { describeKind, headBytes, sniff, sniffFile, sniffOpen } from './sniff.js'
