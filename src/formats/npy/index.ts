/** The exports of the .npy format for other folders. */

export * from './bytes.js'
export * from './element-type.js'
export * from './read.js'
export * from './stored-array.js'
export { type ArrayLayout, rowStrides } from './strides.js'
export { type NpyTypeName, writeNpy, writeNpyInTime } from './write.js'
