/** Models whose states hop from modality to modality: each hop is an attention over one of them. */
export { amh } from '../amh/index.js'
export { mha } from '../mha/index.js'
