/** Layers: declare once under a scope, apply many times. */
export * from './attention.js'
export * from './dropout.js'
export * as initialise from './initialise.js'
export * from './linear.js'
export * from './losses.js'
export * from './recurrent.js'
export * from './scope.js'
