/** Pictures of a recording for people: faces, and a spectrogram of its sound. */
import type { Engine } from '../runtime/engine.js'
import { type CropOptions, cropFace, type TrackedFace } from './face/index.js'
import { openSoundProgram, soundPresets } from './sound/index.js'
import type { Frame, Picture, Source, TimeRange } from './source.js'

/** A picture of a face. */
export interface FacePicture extends Picture {
  /** Seconds from the start of the recording. */
  readonly time: number
}

/** The side of a face picture in pixels. */
const side = 64

/**
 * The face of a frame as a square picture, by default of 64 x 64 pixels.
 *
 * @throws LimbicError if its box is outside the frame
 */
export function facePicture(
  frame: Frame,
  { box }: Pick<TrackedFace, 'box'>,
  { size = side, margin = 0 }: CropOptions = {},
): FacePicture {
  const planes = cropFace(frame, box, { size, margin })
  const pixels = size * size
  const data = new Uint8Array(3 * pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      data[3 * pixel + colour] = Math.round(planes[colour * pixels + pixel] ?? 0)
    }
  }
  return { time: frame.time, width: size, height: size, data }
}

/** The bands of a spectrogram, and the range of its colours in dB below the loudest. */
const bands = 64
const range = 80

/** A spectrogram for a chart. */
export interface Spectrogram {
  readonly bands: number
  readonly range: number
  /** dB, column by column, the lowest band first. */
  readonly levels: Float32Array
}

/**
 * The spectrogram of a recording, in at most `columns` columns, each the mean of the frames in it.
 *
 * @param duration of the recording or the range shown, in seconds
 * @throws LimbicError if it has no sound, or the sound cannot be decoded
 */
export async function spectrogramOf(
  engine: Engine,
  source: Source,
  duration: number,
  part: TimeRange = {},
  columns = 640,
): Promise<Spectrogram> {
  const rate = 16_000
  const { start = 0 } = part
  const program = await openSoundProgram(engine, {
    rate,
    features: { level: soundPresets.logMel(rate, { bands, range: null }) },
  })
  try {
    const sums = new Float32Array(columns * bands)
    const counts = new Uint32Array(columns)
    for await (const { time, step, rows, data } of program.features(() => source.readSound(part))) {
      for (let row = 0; row < rows; row++) {
        const share = (time - start + row * step) / duration
        const column = Math.min(Math.max(Math.floor(share * columns), 0), columns - 1)
        counts[column] = (counts[column] ?? 0) + 1
        for (let band = 0; band < bands; band++) {
          const at = column * bands + band
          sums[at] = (sums[at] ?? 0) + (data[row * bands + band] ?? 0)
        }
      }
    }
    return { bands, range, levels: meanLevels(sums, counts) }
  } finally {
    await program.close()
  }
}

/** Columns without a frame, as in short recordings, repeat the previous column. */
function meanLevels(sums: Float32Array, counts: Uint32Array): Float32Array {
  const levels = new Float32Array(sums.length)
  let known = counts.findIndex((count) => count > 0)
  for (let column = 0; column < counts.length; column++) {
    if ((counts[column] ?? 0) > 0) known = column
    const count = counts[known] ?? 1
    for (let band = 0; band < bands; band++) {
      levels[column * bands + band] = (sums[known * bands + band] ?? 0) / count
    }
  }
  return known < 0 ? new Float32Array(0) : levels
}
