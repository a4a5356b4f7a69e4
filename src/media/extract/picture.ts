/** Extracts a recipe's feature from the picture of a clip. */
import { LimbicError } from '../../base/errors.js'
import { elementCount } from '../../graph/index.js'
import type { Engine } from '../../runtime/engine.js'
import type { Session, SessionOptions } from '../../runtime/session.js'
import {
  type Box,
  chooseFaces,
  cropCentre,
  cropFace,
  type ExpressionModel,
  openExpressionModel,
  openFaceDetector,
  type TrackedFace,
  trackFaces,
} from '../face/index.js'
import type { PictureRecipe } from '../recipes/index.js'
import type { Frame, FrameRequest, PictureTrack } from '../source.js'
import type { ClipFeature, ClipPart } from './clip.js'
import { measure, measurementCount, type SeenFace } from './measurements.js'

/** The models for pictures, as bytes. */
export interface PictureModels {
  /** `assets/mtcnn.safetensors`. */
  readonly faces?: Uint8Array
  /** `assets/face-expression.safetensors`. */
  readonly expression?: Uint8Array
  /** An ONNX model: one input [batch, 3, size, size], one output of `width` numbers per picture. */
  readonly imageNetwork?: Uint8Array
}

/** A picture's feature, and the number of frames read and of those with a face. */
export interface ExtractedPicture {
  /** Undefined if it has no step. */
  readonly feature?: ClipFeature
  readonly frames: number
  readonly faces: number
}

/** Extracts a recipe's picture feature; opened once, for many clips. */
export interface PictureExtractor {
  /**
   * @param half the half of the picture that shows the speaker; by default all of it
   * @throws LimbicError if the picture cannot be decoded
   */
  extract(part: ClipPart, half?: 'left' | 'right'): Promise<ExtractedPicture>
  close(): Promise<void>
}

/** How one kind of recipe reads a frame. */
interface FrameReader {
  readonly dataType: 'float32' | 'uint8'
  readonly shape: readonly number[]
  /** @returns the values of a step; undefined if the frame is left out */
  read(frame: Frame, face: TrackedFace | undefined): Promise<Float32Array | Uint8Array | undefined>
  /** Called before the first frame of another clip. */
  begin(): void
  close(): Promise<void>
}

/** @throws LimbicError if a model is missing or not the one expected */
export async function openPictureExtractor(
  engine: Engine,
  recipe: PictureRecipe,
  models: PictureModels,
  session: SessionOptions,
): Promise<PictureExtractor> {
  const { smallestFace, choose, longest } = recipe
  const weights = required(models.faces, 'a face detector')
  const needsFaces = recipe.kind !== 'image-network' || recipe.sees === 'face'
  const detector = needsFaces
    ? await openFaceDetector(engine, weights(), { smallestFace, session })
    : undefined
  const reader = await openReader(engine, recipe, models, session)
  return {
    async extract({ source, range }, half) {
      reader.begin()
      const request = { ...range, ...frameRule(recipe), longest, ...halfOf(source.picture, half) }
      const frames = source.readFrames(request)
      const [steps, times]: [(Float32Array | Uint8Array)[], number[]] = [[], []]
      let [looked, seen] = [0, 0]
      for await (const { frame, faces } of detector
        ? trackFaces(frames, detector)
        : plain(frames)) {
        looked++
        const [face] = chooseFaces(faces, choose, frame)
        if (face) seen++
        const step = await reader.read(frame, face)
        if (!step) continue
        steps.push(step)
        times.push(frame.time - (range?.start ?? 0))
      }
      const counts = { frames: looked, faces: detector ? seen : looked }
      if (steps.length === 0) return counts
      return { ...counts, feature: featureOf(reader, steps, times) }
    },
    close: async () => {
      await Promise.all([detector?.close(), reader.close()])
    },
  }
}

async function* plain(frames: AsyncIterable<Frame>) {
  const faces: TrackedFace[] = []
  for await (const frame of frames) yield { frame, faces }
}

function frameRule({ frames }: PictureRecipe): Pick<FrameRequest, 'frames'> {
  return { frames: frames.by === 'rate' ? { rate: frames.rate } : { every: frames.every } }
}

/** A half of a picture as a crop; nothing if no half is given. */
export function halfOf(
  picture: PictureTrack | undefined,
  half: 'left' | 'right' | undefined,
): Pick<FrameRequest, 'crop'> {
  if (!picture || !half) return {}
  const { width, height } = picture
  const middle = Math.floor(width / 2)
  const left = half === 'left' ? 0 : middle
  return { crop: { left, top: 0, width: half === 'left' ? middle : width - middle, height } }
}

function featureOf(
  { dataType, shape }: FrameReader,
  steps: readonly (Float32Array | Uint8Array)[],
  times: readonly number[],
): ClipFeature {
  const width = elementCount(shape)
  const values = new (dataType === 'uint8' ? Uint8Array : Float32Array)(steps.length * width)
  for (const [place, step] of steps.entries()) values.set(step, place * width)
  const length = steps.length
  return { dataType, shape, values, length, times: Float64Array.from(times) }
}

function openReader(
  engine: Engine,
  recipe: PictureRecipe,
  models: PictureModels,
  session: SessionOptions,
): Promise<FrameReader> {
  switch (recipe.kind) {
    case 'faces':
      return Promise.resolve(cropReader(recipe))
    case 'expression': {
      const weights = required(models.expression, 'a face model')
      return openExpressionModel(engine, weights(), session).then((model) =>
        expressionReader(recipe, model),
      )
    }
    case 'image-network': {
      const bytes = required(models.imageNetwork, 'an image network')
      return openNetwork(engine, bytes(), recipe, session)
    }
  }
}

type Of<Kind extends PictureRecipe['kind']> = Extract<PictureRecipe, { readonly kind: Kind }>

/** Crops as bytes; a frame without a face is left out, or its centre is used. */
function cropReader({ size, margin, missing }: Of<'faces'>): FrameReader {
  return {
    dataType: 'uint8',
    shape: [3, size, size],
    begin: () => {},
    read: async (frame, face) => {
      const crop = cropOf(frame, face, { size, margin, missing })
      return crop && Uint8Array.from(crop, Math.round)
    },
    close: async () => {},
  }
}

function cropOf(
  frame: Frame,
  face: TrackedFace | undefined,
  { size, margin, missing }: Pick<Of<'faces'>, 'size' | 'margin' | 'missing'>,
): Float32Array | undefined {
  if (face) return cropFace(frame, face.box, { size, margin })
  return missing === 'centre' ? cropCentre(frame, size) : undefined
}

/** The largest centred square of a picture. */
function middleOf({ width, height }: { width: number; height: number }): Box {
  const side = Math.min(width, height)
  const [left, top] = [(width - side) / 2, (height - side) / 2]
  return { left, top, right: left + side, bottom: top + side }
}

function expressionReader(
  { values, missing }: Of<'expression'>,
  model: ExpressionModel,
): FrameReader {
  let before: SeenFace | undefined
  return {
    dataType: 'float32',
    shape: [values === 'scores' ? model.labels.length : measurementCount],
    begin: () => {
      before = undefined
    },
    async read(frame, face) {
      if (!face && (missing === 'leave out' || values === 'measurements')) return undefined
      const box = face?.box ?? middleOf(frame)
      const [logits = new Float32Array(0)] = await model.logits([{ picture: frame, box }])
      if (values === 'scores' || !face) return logits
      const seen = { face, time: frame.time, picture: frame, logits }
      const measured = measure(seen, before)
      before = seen
      return measured
    },
    close: () => model.close(),
  }
}

/** A custom network: [1, 3, size, size] to `width` numbers. */
async function openNetwork(
  engine: Engine,
  bytes: Uint8Array,
  recipe: Of<'image-network'>,
  options: SessionOptions,
): Promise<FrameReader> {
  const { size, width, mean, deviation, sees, margin, missing } = recipe
  const session: Session = await engine.open(bytes, options)
  const [input, ...others] = session.inputNames
  const [output = ''] = session.outputNames
  if (input === undefined || others.length > 0) {
    await session.close()
    throw new LimbicError('the image network has other inputs or outputs', {
      expected: `one input [batch, 3, ${size}, ${size}]`,
      got: session.inputNames.join(', ') || 'no input',
    })
  }
  return {
    dataType: 'float32',
    shape: [width],
    begin: () => {},
    async read(frame, face) {
      const whole = { size, margin: 0, missing }
      const levels =
        sees === 'frame'
          ? cropFace(frame, middleOf(frame), whole)
          : cropOf(frame, face, { size, margin, missing })
      if (!levels) return undefined
      const plane = size * size
      const data = levels.map((level, place) => {
        const colour = Math.floor(place / plane)
        return (level / 255 - (mean[colour] ?? 0)) / (deviation[colour] ?? 1)
      })
      const value = { dataType: 'float32', shape: [1, 3, size, size], data } as const
      const numbers = (await session.run(new Map([[input, value]]))).get(output)?.data
      if (numbers instanceof Float32Array && numbers.length === width) return numbers
      throw new LimbicError('the output of the image network has another width', {
        expected: `${width} numbers per picture`,
        got: `${numbers?.length ?? 0}`,
      })
    },
    close: () => session.close(),
  }
}

/** Returns a model that a recipe needs. */
function required(bytes: Uint8Array | undefined, what: string): () => Uint8Array {
  return () => {
    if (bytes) return bytes
    throw new LimbicError(`the recipe needs ${what}`, { where: 'picture' })
  }
}
