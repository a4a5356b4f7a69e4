/**
 * Recordings and the features of them, in Node: `limbic/media`. Pages have the same in `limbic/web`.
 *
 *     const source = await openMedia('clip.mp4')
 *     const models = { faces: readBundledWeights('faces'), expression: readBundledWeights('expression') }
 *     const extractor = await openExtractor(nodeEngine, recipeNamed('compact'), models)
 *     const { features } = await extractor.extract({ sound: { source }, picture: { source } })
 */

export { readBundledWeights } from '../disk/assets.js'
export { type FileOptions, openImages, openMedia } from '../media/decode/node/index.js'
export * from '../media/index.js'
export type { Engine } from '../runtime/engine.js'
export { nodeEngine } from '../runtime/node.js'
