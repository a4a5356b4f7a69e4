/** The inputs of FE2E and MESM: faces as bytes and sound as mel power, scaled inside the graph. */
import {
  add,
  cast,
  divide,
  log,
  maximum,
  reshape,
  subtract,
  type Tensor,
} from '../../graph/index.js'
import { type InputRequest, inOrder } from '../define/inputs.js'
import type { CommonSettings } from './settings.js'

/**
 * The modalities that are sequences of pictures, and the names of their parts in parameter paths.
 */
export const pictureParts = { vision: 'face', audio: 'voice' } as const

export type PictureModality = keyof typeof pictureParts

/** The shape of a picture: [colours, rows, columns] of a face, [1, bands, windows] of a chunk of sound. */
export function pictureShape(
  modality: PictureModality,
  { faceSize, bands, windows }: Pick<CommonSettings, 'faceSize' | 'bands' | 'windows'>,
): readonly [number, number, number] {
  return modality === 'vision' ? [3, faceSize, faceSize] : [1, bands, windows]
}

/** The inputs of the chosen modalities: token numbers, crops of faces, chunks of mel power. */
export function rawInputs(settings: CommonSettings): InputRequest[] {
  return inOrder(settings.modalities).map((name): InputRequest => {
    if (name === 'text') return { name, dataType: 'int64', shape: [] }
    const isBytes = name === 'vision' && settings.faces === 'bytes'
    const shape = pictureShape(name, settings)
    return { name, dataType: isBytes ? 'uint8' : 'float32', shape, raw: true }
  })
}

/** Added to the power before the logarithm, which is infinite at 0. */
const silence = 1e-6

type RawSettings = Pick<CommonSettings, 'faceMean' | 'faceDeviation' | 'sound'>

/**
 * Pictures as the network reads them: faces, uint8 or float32 [frames, 3, rows, columns], are
 * normalised by channel; mel power, float32 [chunks, 1, bands, windows], is unchanged or becomes
 * its logarithm.
 */
export function scaled(pictures: Tensor, modality: PictureModality, settings: RawSettings): Tensor {
  if (modality === 'audio') {
    return settings.sound === 'power' ? pictures : log(add(maximum(pictures, 0), silence))
  }
  const channels = (values: readonly number[]) =>
    reshape(pictures.graph.constant(values, [3], 'float32'), [1, 3, 1, 1])
  return divide(
    subtract(cast(pictures, 'float32'), channels(settings.faceMean)),
    channels(settings.faceDeviation),
  )
}
