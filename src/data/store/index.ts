export { manifestName } from './manifest.js'
export { openStore, type StoreOptions } from './read.js'
export { writeStore } from './write.js'
