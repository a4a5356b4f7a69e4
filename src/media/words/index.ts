/** What other rooms import of words. */
export { parseTranscript, type Transcript } from './transcript.js'
