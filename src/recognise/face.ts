/** Reads the expression of the largest face in a clip, several times a second. */
import { emotionOf } from '../base/emotions.js'
import {
  chooseFaces,
  type FaceDetectorOptions,
  openExpressionModel,
  openFaceDetector,
  type TrackedFace,
  trackFaces,
} from '../media/face/index.js'
import type { Frame, FrameRequest, Source } from '../media/source.js'
import type { Engine } from '../runtime/engine.js'
import type { Estimate, Reading } from './recognition.js'
import { softened } from './soften.js'

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

/** The least cross entropy on faces that the model was not trained on: see `assets/README.md`. */
const temperature = 1.34

/** Called with each face that is read, and its frame. */
export type FaceSeen = (frame: Frame, face: TrackedFace) => void

/** A frame that was looked at. */
export interface FrameSeen {
  readonly frame: Frame
  /** All that were found, the one that is read first. */
  readonly faces: readonly TrackedFace[]
  /** What that one expresses; absent where there is none. */
  readonly estimate?: Estimate
}

/** Reads faces; opened once, for many clips. */
export interface FaceReader {
  /** The emotions that it tells apart. */
  readonly emotions: readonly string[]
  /**
   * @param seen called with every face that is read
   * @returns an estimate for each frame with a face; `frames` counts all frames read
   * @throws LimbicError if the picture cannot be decoded
   */
  read(
    source: Source,
    seen?: FaceSeen,
  ): Promise<{ readonly reading: Reading; readonly frames: number }>
  /**
   * Looks at frames one by one, as they come.
   *
   * @param request which frames, and how large
   * @throws LimbicError if the picture cannot be decoded
   */
  watch(source: Source, request: FrameRequest): AsyncGenerator<FrameSeen>
  close(): Promise<void>
}

/**
 * @param options of the detector of faces
 * @throws LimbicError if the weights are of another model
 */
export async function openFaceReader(
  engine: Engine,
  weights: FaceWeights,
  options: FaceDetectorOptions = {},
): Promise<FaceReader> {
  const detector = await openFaceDetector(engine, weights.faces, options)
  const expression = await openExpressionModel(engine, weights.expression)
  const emotions = expression.labels.map(emotionOf)
  async function* watch(source: Source, request: FrameRequest): AsyncGenerator<FrameSeen> {
    const half = 'rate' in request.frames ? 0.5 / request.frames.rate : 0
    for await (const { frame, faces } of trackFaces(source.readFrames(request), detector)) {
      const [face] = chooseFaces(faces, 'largest', frame)
      if (!face) {
        yield { frame, faces }
        continue
      }
      const [shares = []] = await expression.probabilities([{ picture: frame, box: face.box }])
      const [start, end] = [Math.max(0, frame.time - half), frame.time + half]
      const all = [face, ...faces.filter((one) => one !== face)]
      const probabilities = softened(shares, temperature)
      yield { frame, faces: all, estimate: { start, end, probabilities } }
    }
  }
  return {
    emotions,
    async read(source, seen) {
      const estimates: Estimate[] = []
      let frames = 0
      const request = { frames: { rate }, longest } as const
      for await (const { frame, faces, estimate } of watch(source, request)) {
        frames++
        const [face] = faces
        if (!face || !estimate) continue
        seen?.(frame, face)
        estimates.push(estimate)
      }
      return { reading: { emotions, estimates }, frames }
    },
    watch,
    close: async () => {
      await Promise.all([detector.close(), expression.close()])
    },
  }
}
