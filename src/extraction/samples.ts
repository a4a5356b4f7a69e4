/** Clips as people see them: what extraction saw and heard in each. */
import type { RawClip } from '../data/corpora/raw/index.js'
import { readBundledWeights } from '../disk/assets.js'
import { halfOf, type OpenClip, remarksOf, type TimedWord } from '../media/extract/index.js'
import { chooseFaces, openFaceDetector } from '../media/face/index.js'
import {
  type FacePicture,
  facePicture,
  type Spectrogram,
  spectrogramOf,
} from '../media/pictures.js'
import type { PictureRecipe, Recipe } from '../media/recipes/index.js'
import type { FrameRequest } from '../media/source.js'
import { nodeEngine } from '../runtime/node.js'
import { openClip } from './open-clip.js'

/** One clip to show, on a time axis from its start. */
export interface ClipSample {
  readonly id: string
  readonly className?: string
  readonly text?: string
  readonly words?: readonly TimedWord[]
  /** Seconds. */
  readonly duration: number
  /** Whole frames, scaled down, and the faces in them as the recipe crops them. */
  readonly frames: readonly FacePicture[]
  readonly faces: readonly FacePicture[]
  readonly spectrogram?: Spectrogram
  readonly remarks: readonly string[]
}

/** The number of frames per clip, and their longer side in pixels. */
const mostFrames = 8
const longest = 160

/**
 * Reads a clip again, in the parts that a recipe uses.
 *
 * @throws LimbicError if it cannot be read
 */
export async function sampleClip(clip: RawClip, recipe: Recipe): Promise<ClipSample> {
  const { clip: open, close } = await openClip(clip, false)
  try {
    const duration = durationOf(open)
    const { id, className } = clip
    const { sound } = open
    const heard = recipe.audio && sound?.source.sound && duration > 0
    const spectrogram = heard
      ? await spectrogramOf(nodeEngine, sound.source, duration, sound.range)
      : undefined
    const seen = recipe.vision && (await pictures(open, recipe.vision, duration))
    return {
      ...{ id, duration, frames: seen?.frames ?? [], faces: seen?.faces ?? [] },
      ...(className !== undefined && { className }),
      ...(open.text !== undefined && { text: open.text }),
      ...(open.words && { words: open.words }),
      ...(spectrogram && { spectrogram }),
      remarks: remarksOf(open),
    }
  } finally {
    await close()
  }
}

/** The duration of the longer of sound and picture. */
function durationOf({ sound, picture }: OpenClip): number {
  const lengths = [sound, picture].flatMap((part) => {
    const end = part?.range?.end ?? part?.source.duration
    return end === undefined ? [] : [end - (part?.range?.start ?? 0)]
  })
  return Math.max(0, ...lengths)
}

async function pictures({ picture, half }: OpenClip, recipe: PictureRecipe, duration: number) {
  const track = picture?.source.picture
  if (!picture || !track || duration === 0) return undefined
  const { source, range: { start = 0 } = {} } = picture
  const times = Array.from(
    { length: mostFrames },
    (_, place) => start + ((place + 0.5) * duration) / mostFrames,
  )
  const request = { frames: { times }, ...halfOf(track, half) } satisfies FrameRequest
  const frames: FacePicture[] = []
  for await (const { time, width, height, data } of source.readFrames({ ...request, longest })) {
    frames.push({ time: time - start, width, height, data })
  }
  const faces: FacePicture[] = []
  const { smallestFace, choose, margin } = recipe
  const size = recipe.kind === 'faces' ? { size: recipe.size, margin } : {}
  const weights = readBundledWeights('faces')
  const detector = await openFaceDetector(nodeEngine, weights, { smallestFace })
  try {
    for await (const frame of source.readFrames({ ...request, longest: recipe.longest })) {
      const [face] = chooseFaces(await detector.detect(frame), choose, frame)
      if (face) faces.push({ ...facePicture(frame, face, size), time: frame.time - start })
    }
  } finally {
    await detector.close()
  }
  return { frames, faces }
}
