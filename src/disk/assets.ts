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
 * The bytes of weights that Limbic brings.
 *
 * @throws LimbicError if the installation is not complete
 */
export function readBundledWeights(what: keyof typeof bundledWeights): Uint8Array {
  return readBytes(bundledFile(bundledWeights[what], 'weights that come with Limbic are missing'))
}

/**
 * The path of a file in `assets`, which lies beside the folder of the program, however deep this
 * file is in it.
 *
 * @param missing what to say if it is not there
 * @throws LimbicError if the installation is not complete
 */
export function bundledFile(file: string, missing: string): string {
  const name = join('assets', file)
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, name))) {
    const above = dirname(folder)
    if (above === folder) {
      throw new LimbicError(missing, { expected: name, hint: 'Install Limbic again' })
    }
    folder = above
  }
  return join(folder, name)
}
