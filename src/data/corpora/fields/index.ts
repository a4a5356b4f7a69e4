/** What the readers of feature pickles share. */
export * from './columns.js'
export * from './fields.js'
export * from './ids.js'
export * from './modalities.js'
export * from './options.js'
