export * from './columns.js'
export * from './fields.js'
