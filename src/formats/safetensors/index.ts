/** The safetensors format: named tensors and a little text, in one file that can be read without running code. */
export { decodeSafetensors } from './decode.js'
export { encodeSafetensors } from './encode.js'
export { inspectSafetensors, readSafetensors, writeSafetensors } from './files.js'
export type { SafetensorsHeader, TensorPlace } from './header.js'
export type { SafetensorsContent, StoredTensor, StoredType } from './tensors.js'
