/** Recognises emotions in recordings on disk, in Node. */
import { bundledFile, bundledWeights, readBundledWeights } from '../disk/assets.js'
import { openMedia } from '../media/decode/node/index.js'
import { type Spectrogram, spectrogramOf } from '../media/pictures.js'
import type { Source } from '../media/source.js'
import { nodeEngine } from '../runtime/node.js'
import { loadModel } from '../use/open/load.js'
import { openRecogniser, type Recogniser, type StarterModels } from './recognise.js'
import type { Recognition } from './recognition.js'
import { starterVoice } from './voice.js'

/** Options for recognising a recording. */
export interface RecogniseOptions {
  /** Refuses a damaged recording, which otherwise becomes a remark. Default: false. */
  readonly strict?: boolean
}

/** The starter models that come with Limbic, opened once for many recordings. @throws LimbicError if the installation is not complete */
export async function openStarter(): Promise<Recogniser> {
  return openRecogniser(nodeEngine, await starterModels())
}

/** `spectrogramOf` by Node's engine. */
export function spectrogramIn(source: Source, duration: number): Promise<Spectrogram> {
  return spectrogramOf(nodeEngine, source, duration)
}

async function starterModels(): Promise<StarterModels> {
  const path = bundledFile(bundledWeights.voice, 'weights that come with Limbic are missing')
  return {
    // It is too small to gain from more than one thread.
    voice: { model: await loadModel(path, { threads: 1 }), ...starterVoice },
    face: {
      faces: readBundledWeights('faces'),
      expression: readBundledWeights('expression'),
    },
  }
}

/**
 * Recognises emotions in a recording with the starter models that come with Limbic: from voice and
 * face, over time. `docs/from-a-video.md` says how far they can be trusted.
 *
 *     const { emotion, timeline } = await recognise('clip.mp4')
 *
 * @param recording the path of a recording in any format that ffmpeg reads, or one that is open
 * @throws LimbicError if it cannot be read, has neither sound nor picture, or there is no ffmpeg
 */
export async function recognise(
  recording: string | Source,
  { strict = false }: RecogniseOptions = {},
): Promise<Recognition> {
  const source = typeof recording === 'string' ? await openMedia(recording, { strict }) : recording
  try {
    const recogniser = await openStarter()
    try {
      return await recogniser.recognise(source)
    } finally {
      await recogniser.close()
    }
  } finally {
    if (source !== recording) await source.close()
  }
}
