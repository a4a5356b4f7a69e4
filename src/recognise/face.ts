/** Reads the expression of the largest face in a clip, several times a second. */
import { emotionOf } from '../base/emotions.js'
import {
  chooseFaces,
  openExpressionModel,
  openFaceDetector,
  type TrackedFace,
  trackFaces,
} from '../media/face/index.js'
import type { Frame, Source } from '../media/source.js'
import type { Engine } from '../runtime/engine.js'
import type { Estimate, Reading } from './recognition.js'

/**
 * The face models: the bytes of `assets/mtcnn.safetensors` and
 * `assets/face-expression.safetensors`.
 */
export interface FaceWeights {
  readonly faces: Uint8Array
  readonly expression: Uint8Array
}

/** Frames read per second (Hz), and the longer side that they are scaled to (pixels). */
const rate = 5
const longest = 640

/** Called with each face that is read, and its frame. */
export type FaceSeen = (frame: Frame, face: TrackedFace) => void

/** Reads faces; opened once, for many clips. */
export interface FaceReader {
  /**
   * @param seen called with every face that is read
   * @returns an estimate for each frame with a face; `frames` counts all frames read
   * @throws LimbicError if the picture cannot be decoded
   */
  read(
    source: Source,
    seen?: FaceSeen,
  ): Promise<{ readonly reading: Reading; readonly frames: number }>
  close(): Promise<void>
}

/** @throws LimbicError if the weights are of another model */
export async function openFaceReader(engine: Engine, weights: FaceWeights): Promise<FaceReader> {
  const detector = await openFaceDetector(engine, weights.faces)
  const expression = await openExpressionModel(engine, weights.expression)
  return {
    async read(source, seen) {
      const estimates: Estimate[] = []
      let frames = 0
      const request = { frames: { rate }, longest } as const
      for await (const { frame, faces } of trackFaces(source.readFrames(request), detector)) {
        frames++
        const [face] = chooseFaces(faces, 'largest', frame)
        if (!face) continue
        seen?.(frame, face)
        const [shares = []] = await expression.probabilities([{ picture: frame, box: face.box }])
        const [start, end] = [Math.max(0, frame.time - 0.5 / rate), frame.time + 0.5 / rate]
        estimates.push({ start, end, probabilities: [...shares] })
      }
      return { reading: { emotions: expression.labels.map(emotionOf), estimates }, frames }
    },
    close: async () => {
      await Promise.all([detector.close(), expression.close()])
    },
  }
}
