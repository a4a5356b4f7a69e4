/** The files that Limbic brings, in Node. A page fetches them instead. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LimbicError } from '../base/errors.js'
import { readBytes } from './read.js'

/** Weights that Limbic brings: see `assets/README.md`. */
export const bundledWeights = {
  /** MTCNN, for `openFaceDetector`. */
  faces: 'mtcnn.safetensors',
  /** Mini-Xception, for `openExpressionModel`. */
  expression: 'face-expression.safetensors',
} as const

/**
 * The bytes of weights that Limbic brings. They are in `assets`, beside the folder of the program.
 *
 * @throws LimbicError if the installation is not complete
 */
export function readBundledWeights(what: keyof typeof bundledWeights): Uint8Array {
  const name = join('assets', bundledWeights[what])
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, name))) {
    const above = dirname(folder)
    if (above === folder) {
      throw new LimbicError('weights that come with Limbic are missing', {
        expected: name,
        hint: 'Install Limbic again',
      })
    }
    folder = above
  }
  return readBytes(join(folder, name))
}
