/** Models whose states hop from modality to modality: each hop is an attention over one of them. */
export { amh } from './amh.js'
export { mha } from './mha.js'
