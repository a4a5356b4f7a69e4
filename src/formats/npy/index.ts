/** What other rooms import from the .npy format. */

export * from './bytes.js'
export * from './element-type.js'
export * from './read.js'
export * from './stored-array.js'
export { type ArrayLayout, rowStrides } from './strides.js'
export { type NpyTypeName, writeNpy, writeNpyInTime } from './write.js'
