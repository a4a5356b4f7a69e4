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
  /** Frames of a part, one by one as they come, each with the values of its step. */
  steps(part: ClipPart, half?: 'left' | 'right'): AsyncGenerator<PictureStep>
  /** The feature of some steps, which `steps` gave: [steps, ...]. */
  featureOf(steps: readonly PictureStep[]): ClipFeature | undefined
  /** The frames that it reads of a recording. */
  readonly request: FrameRequest
  close(): Promise<void>
}

/** A frame that was read. */
export interface PictureStep {
  readonly frame: Frame
  /** Seconds from the start of the clip. */
  readonly time: number
  /** All that were found, the one that is read first. */
  readonly faces: readonly TrackedFace[]
  /** The values of its step; absent if the frame is left out. */
  readonly values?: Float32Array | Uint8Array
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
  const request = { ...frameRule(recipe), longest }
  async function* steps({ source, range }: ClipPart, half?: 'left' | 'right') {
    reader.begin()
    const frames = source.readFrames({ ...range, ...request, ...halfOf(source.picture, half) })
    const looked = detector ? trackFaces(frames, detector) : plain(frames)
    for await (const { frame, faces } of looked) {
      const [face] = chooseFaces(faces, choose, frame)
      const values = await reader.read(frame, face)
      const all = face ? [face, ...faces.filter((one) => one !== face)] : faces
      const time = frame.time - (range?.start ?? 0)
      yield { frame, time, faces: all, ...(values && { values }) }
    }
  }
  return {
    request,
    steps,
    featureOf: (made) => featureOf(reader, made),
    async extract(part, half) {
      const made: Pick<PictureStep, 'time' | 'values'>[] = []
      let [frames, faces] = [0, 0]
      for await (const { time, values, faces: found } of steps(part, half)) {
        frames++
        if (!detector || found.length > 0) faces++
        if (values) made.push({ time, values })
      }
      const feature = featureOf(reader, made)
      return { frames, faces, ...(feature && { feature }) }
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
  steps: readonly Pick<PictureStep, 'time' | 'values'>[],
): ClipFeature | undefined {
  const made = steps.flatMap(({ time, values }) => (values ? [{ time, values }] : []))
  if (made.length === 0) return undefined
  const width = elementCount(shape)
  const length = made.length
  const values = new (dataType === 'uint8' ? Uint8Array : Float32Array)(length * width)
  for (const [place, step] of made.entries()) values.set(step.values, place * width)
  return { dataType, shape, values, length, times: Float64Array.from(made, ({ time }) => time) }
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
