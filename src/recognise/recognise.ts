/** Recognises emotions in recordings with the models that come with Limbic: voice and face, fused over time. */
import { LimbicError } from '../base/errors.js'
import type { Source } from '../media/source.js'
import type { Engine } from '../runtime/engine.js'
import { type FaceReader, type FaceSeen, type FaceWeights, openFaceReader } from './face.js'
import { fuse } from './fuse.js'
import type { Reading, Recognition } from './recognition.js'
import { openVoiceReader, type VoiceModel, type VoiceReader } from './voice.js'

/** The models to recognise with: for voice, for face, or both. */
export interface StarterModels {
  readonly face?: FaceWeights
  readonly voice?: VoiceModel
}

/** Recognises emotions; opened once, for many recordings, one after another. */
export interface Recogniser {
  /**
   * @param source a recording; it stays open
   * @param seen called with every face that is read
   * @throws LimbicError if it has neither sound nor picture, or cannot be decoded
   */
  recognise(source: Source, seen?: FaceSeen): Promise<Recognition>
  close(): Promise<void>
}

/**
 * The most moments in a timeline, and the length of the shortest in seconds; long recordings have
 * longer moments.
 */
const mostMoments = 1200
const shortestMoment = 0.5

/** Below this fraction of frames with a face, a remark says that the face's timeline has gaps. */
const fewFaces = 0.5

/**
 * Opens the starter models.
 *
 * @throws LimbicError if a model is not the one expected, or the engine cannot run it
 */
export async function openRecogniser(engine: Engine, models: StarterModels): Promise<Recogniser> {
  const face = models.face && (await openFaceReader(engine, models.face))
  const voice = models.voice && (await openVoiceReader(engine, models.voice))
  return {
    recognise: (source, seen) => recogniseWith(source, { face, voice, seen }),
    close: async () => {
      await Promise.all([face?.close(), voice?.close()])
    },
  }
}

interface Readers {
  readonly face: FaceReader | undefined
  readonly voice: VoiceReader | undefined
  readonly seen: FaceSeen | undefined
}

async function recogniseWith(
  source: Source,
  { face, voice, seen: shown }: Readers,
): Promise<Recognition> {
  if (!source.sound && !source.picture) {
    throw new LimbicError('has neither sound nor picture', { where: source.name })
  }
  const heard = source.sound && (await voice?.read(source))
  const seen = source.picture && (await face?.read(source, shown))
  const last = (reading: Reading | undefined) => reading?.estimates.at(-1)?.end ?? 0
  const duration =
    source.duration ?? Math.max(heard?.duration ?? 0, last(heard?.reading), last(seen?.reading))
  const step = Math.max(shortestMoment, duration / mostMoments)
  const readings = {
    ...(heard && { voice: heard.reading }),
    ...(seen && { face: seen.reading }),
  }
  const remarks = [...source.remarks]
  if (heard && heard.reading.estimates.length === 0) remarks.push('no voice is heard')
  if (seen) {
    const faces = seen.reading.estimates.length
    if (faces === 0) remarks.push('no face is seen')
    else if (faces < fewFaces * seen.frames) {
      remarks.push(`a face is seen in ${faces} of ${seen.frames} frames`)
    }
  }
  return { name: source.name, ...fuse(readings, duration, step), remarks }
}
