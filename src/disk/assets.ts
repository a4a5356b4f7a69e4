/** Reads the files bundled with Limbic, in Node; a web page fetches them instead. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { packageFolder } from './package.js'
import { readBytes } from './read.js'

/** Weights bundled with Limbic: see `assets/README.md`. */
export const bundledWeights = {
  /** MTCNN, for `openFaceDetector`. */
  faces: 'mtcnn.safetensors',
  /** Mini-Xception, for `openExpressionModel`. */
  expression: 'face-expression.safetensors',
  /** The starter model for speech, for `loadModel`: see `assets/starter-voice.md`. */
  voice: 'starter-voice.onnx',
} as const

/**
 * The bytes of bundled weights.
 *
 * @throws LimbicError if the installation is not complete
 */
export function readBundledWeights(what: keyof typeof bundledWeights): Uint8Array {
  return readBytes(bundledFile(bundledWeights[what], 'weights that come with Limbic are missing'))
}

/**
 * The path of a file in `assets`.
 *
 * @param missing what to say if it is not there
 * @throws LimbicError if the installation is not complete
 */
export function bundledFile(file: string, missing: string): string {
  const name = join('assets', file)
  const path = join(packageFolder, name)
  if (existsSync(path)) return path
  throw new LimbicError(missing, { expected: path, hint: 'Install Limbic again' })
}
