/** What tests measure of a recording, by the same calls in Node and in a page. */
import {
  type Face,
  openExpressionModel,
  openFaceDetector,
  trackFaces,
} from '../../../src/media/face/index.js'
import { openSoundProgram, soundPresets } from '../../../src/media/sound/index.js'
import type { FrameRequest, Source } from '../../../src/media/source.js'
import type { Engine } from '../../../src/runtime/engine.js'

const rate = 16_000

/** Features of sound at 16 kHz. */
export async function featuresOf(engine: Engine, source: Source) {
  const program = await openSoundProgram(engine, {
    rate,
    features: {
      logMel: soundPresets.logMel(rate),
      mfcc: soundPresets.mfcc(rate),
      energy: soundPresets.energy(rate),
      pitch: soundPresets.pitch(rate),
    },
  })
  const features = await program.extract(() => source.readSound())
  await program.close()
  return features
}

export interface FaceOptions {
  readonly request: FrameRequest
  /** How sure each network of the detector must be. */
  readonly thresholds?: readonly [number, number, number]
  /** Whether faces are followed from frame to frame. */
  readonly followed?: boolean
}

export interface FacesOfFrame {
  readonly time: number
  readonly faces: readonly (Pick<Face, 'box' | 'score'> & {
    /** Of the expression in the box. */
    readonly logits: readonly number[]
  })[]
}

/** Faces of frames, with the scores of their expressions. */
export async function facesOf(
  engine: Engine,
  source: Source,
  weights: { readonly faces: Uint8Array; readonly expression: Uint8Array },
  { request, thresholds = [0.6, 0.7, 0.7], followed = false }: FaceOptions,
): Promise<FacesOfFrame[]> {
  const detector = await openFaceDetector(engine, weights.faces, { thresholds })
  const expression = await openExpressionModel(engine, weights.expression)
  const found: FacesOfFrame[] = []
  const each = async function* () {
    if (followed) {
      yield* trackFaces(source.readFrames(request), detector)
      return
    }
    for await (const frame of source.readFrames(request)) {
      yield { frame, faces: await detector.detect(frame) }
    }
  }
  for await (const { frame, faces } of each()) {
    const logits = await expression.logits(faces.map(({ box }) => ({ picture: frame, box })))
    found.push({
      time: frame.time,
      faces: faces.map(({ box, score }, place) => ({
        box,
        score,
        logits: [...(logits[place] ?? [])],
      })),
    })
  }
  await Promise.all([detector.close(), expression.close()])
  return found
}
