/** The safetensors format: named tensors and a little text, in one file that can be read without running code. */
export { decodeSafetensors } from './safetensors/decode.js'
export { encodeSafetensors } from './safetensors/encode.js'
export { inspectSafetensors, readSafetensors, writeSafetensors } from './safetensors/files.js'
export type { SafetensorsHeader, TensorPlace } from './safetensors/header.js'
export type { SafetensorsContent, StoredTensor, StoredType } from './safetensors/tensors.js'
