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

/** More than this (seconds) beyond the stated end of a recording is no rounding. */
const longestRounding = 0.25

/**
 * Seconds of a recording: as its container says, unless more of it was read, which is used as well.
 *
 * @param read the end of what was heard and seen
 */
function durationOf({ duration }: Source, read: number): number {
  return duration !== undefined && read <= duration + longestRounding ? duration : read
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
  const hear = async () => source.sound && voice?.read(source)
  const see = async () => source.picture && face?.read(source, shown)
  // What is live does not wait: who looks once all is heard sees nothing of it.
  const [heard, seen] =
    source.duration === undefined ? await Promise.all([hear(), see()]) : [await hear(), await see()]
  const last = (reading: Reading | undefined) => reading?.estimates.at(-1)?.end ?? 0
  const read = Math.max(heard?.duration ?? 0, last(heard?.reading), last(seen?.reading))
  const duration = durationOf(source, read)
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
