/** The exports of the native store for other folders. */

export { isUnlabelledStore, manifestName } from './manifest.js'
export { openStore, type StoreOptions } from './read.js'
export { refuseForeignContent, type WriteStoreOptions, writeStore } from './write.js'
