/** Recognises emotions in recordings, cameras and microphones, in a page. */

import { openMedia } from '../media/decode/page/index.js'
import type { Source } from '../media/source.js'
import { fetchBytes } from '../runtime/fetch.js'
import { type WebSessionOptions, webEngine } from '../runtime/web.js'
import { fromOnnx } from '../use/open/from-onnx.js'
import { openRecogniser, type Recogniser, type StarterModels } from './recognise.js'
import type { Recognition } from './recognition.js'
import { starterVoice } from './voice.js'

/** A file of weights, or its address. */
type Weights = Uint8Array | string | URL

/** The starter models, which the page must serve; they are in the package's folder `assets`. */
export interface PageModels {
  /** `assets/mtcnn.safetensors` */
  readonly faces: Weights
  /** `assets/face-expression.safetensors` */
  readonly expression: Weights
  /** `assets/starter-voice.onnx`; without it, only the face is read. */
  readonly voice?: Weights
}

/** Options for recognising a recording in a page. */
export interface PageRecogniseOptions {
  readonly models: PageModels
  /** Refuses a damaged recording, which otherwise becomes a remark. Default: false. */
  readonly strict?: boolean
  /** How the models run. */
  readonly session?: WebSessionOptions
}

/**
 * Opens the starter models in a page, once for many recordings.
 *
 * @throws LimbicError if a model cannot be fetched, is not the one expected, or cannot run
 */
export async function openPageRecogniser(
  models: PageModels,
  session?: WebSessionOptions,
): Promise<Recogniser> {
  return openRecogniser(webEngine(session), await pageModels(models, session))
}

/**
 * The starter models in a page, to be opened.
 *
 * @throws LimbicError if one cannot be fetched, or the voice model cannot run
 */
export async function pageModels(
  { faces, expression, voice }: PageModels,
  session?: WebSessionOptions,
): Promise<StarterModels> {
  const face = { faces: await bytesOf(faces), expression: await bytesOf(expression) }
  if (voice === undefined) return { face }
  const engine = webEngine(session)
  const open = (bytes: Uint8Array) => engine.open(bytes)
  const model = await fromOnnx(await bytesOf(voice), 'the voice model', open)
  return { face, voice: { model, ...starterVoice } }
}

/**
 * Recognises emotions in a recording, over time, as `recognise` of `limbic` does in Node. A live source is
 * read until it ends or is closed.
 *
 *     const models = { faces: '/mtcnn.safetensors', expression: '/face-expression.safetensors' }
 *     const { emotion, timeline } = await recognise(input.files[0], { models })
 *
 * @param recording a file, its address, or an open source, which stays open
 * @throws LimbicError if it cannot be read, or has neither sound nor picture
 */
export async function recognise(
  recording: Blob | string | URL | Source,
  { models, strict = false, session }: PageRecogniseOptions,
): Promise<Recognition> {
  const isOpen = typeof recording === 'object' && 'readFrames' in recording
  const source = isOpen ? recording : await openMedia(recording, { strict })
  try {
    const recogniser = await openPageRecogniser(models, session)
    try {
      return await recogniser.recognise(source)
    } finally {
      await recogniser.close()
    }
  } finally {
    if (!isOpen) await source.close()
  }
}

async function bytesOf(weights: Weights): Promise<Uint8Array> {
  return weights instanceof Uint8Array ? weights : fetchBytes(weights, 'a model')
}
