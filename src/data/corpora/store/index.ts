/** What other rooms import from the native store. */

export { manifestName } from './manifest.js'
export { openStore, type StoreOptions } from './read.js'
export { refuseForeignContent, type WriteStoreOptions, writeStore } from './write.js'
