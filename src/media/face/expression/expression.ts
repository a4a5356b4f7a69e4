/** Recognises expressions: from grey crops of faces to scores of seven emotions. */
import { LimbicError } from '../../../base/errors.js'
import type { Engine } from '../../../runtime/engine.js'
import { openProgram } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Picture } from '../../source.js'
import { type Box, type Region, squareAround } from '../box.js'
import { numbersOf } from '../mtcnn/stage.js'
import { resizeLikePillow } from '../resize/pillow.js'
import { greyOf } from '../resize/planes.js'
import { weightsFrom } from '../weights.js'
import { expressionLabels, expressionNetwork, expressionSide } from './network.js'

/** A face in a picture; without a box, the whole picture. */
export interface FaceInPicture {
  readonly picture: Picture
  /** In pixels. */
  readonly box?: Box
}

/** Recognises emotions in faces; opened once, for many pictures. */
export interface ExpressionModel {
  /** The emotions in the order of the scores. */
  readonly labels: typeof expressionLabels
  /**
   * Scores of faces, all in one batch.
   *
   * @returns a row of 7 logits for each face
   * @throws LimbicError if a box is outside its picture
   */
  logits(faces: readonly FaceInPicture[]): Promise<Float32Array[]>
  /** The same as probabilities, which sum to 1. */
  probabilities(faces: readonly FaceInPicture[]): Promise<Float32Array[]>
  close(): Promise<void>
}

/**
 * Opens the face model that comes with Limbic. It was trained on FER2013 and is only a starting
 * point; `assets/README.md` has its accuracy on other faces.
 *
 * @param weights the bytes of `assets/face-expression.safetensors`
 * @param session default: one thread
 * @throws LimbicError if the weights are of another model, or the engine cannot run it
 */
export async function openExpressionModel(
  engine: Engine,
  weights: Uint8Array,
  session: SessionOptions = { threads: 1 },
): Promise<ExpressionModel> {
  const options = { weights: weightsFrom(weights, 'face model'), session }
  const program = await openProgram(engine, expressionNetwork, options)
  const logits = async (faces: readonly FaceInPicture[]): Promise<Float32Array[]> => {
    if (faces.length === 0) return []
    const pixels = expressionSide * expressionSide
    const data = new Float32Array(faces.length * pixels)
    for (const [place, face] of faces.entries()) data.set(expressionInput(face), place * pixels)
    const shape = [faces.length, 1, expressionSide, expressionSide]
    const results = await program.run({ face: { dataType: 'float32', shape, data } })
    const all = numbersOf(results, 'logits')
    const width = expressionLabels.length
    return faces.map((_, place) => all.slice(place * width, (place + 1) * width))
  }
  return {
    labels: expressionLabels,
    logits,
    probabilities: async (faces) => (await logits(faces)).map(softmax),
    close: () => program.close(),
  }
}

/**
 * The network's input for a face: the square around its box, grey, resized as Pillow does.
 *
 * @returns [64, 64], -1 to 1; black, -1, outside the picture
 * @throws LimbicError if the box is outside the picture
 */
export function expressionInput({ picture, box }: FaceInPicture): Float32Array {
  const region = box
    ? wholePixels(squareAround(box))
    : { left: 0, top: 0, right: picture.width, bottom: picture.height }
  const isOutside =
    region.left >= picture.width ||
    region.top >= picture.height ||
    region.right <= 0 ||
    region.bottom <= 0
  if (isOutside || region.right <= region.left || region.bottom <= region.top) {
    throw new LimbicError('the box lies outside the picture', {
      where: 'face model',
      expected: `pixels of ${picture.width} x ${picture.height}`,
      got: `${region.left}, ${region.top} to ${region.right}, ${region.bottom}`,
    })
  }
  const size = { width: region.right - region.left, height: region.bottom - region.top }
  const side = { width: expressionSide, height: expressionSide }
  const grey = resizeLikePillow(greyOf(picture, region), { ...size, channels: 1 }, side)
  return Float32Array.from(grey, (level) => level / 127.5 - 1)
}

function wholePixels({ left, top, right, bottom }: Box): Region {
  const side = Math.max(Math.round(Math.max(right - left, bottom - top)), 1)
  const corner = { left: Math.round(left), top: Math.round(top) }
  return { ...corner, right: corner.left + side, bottom: corner.top + side }
}

function softmax(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
