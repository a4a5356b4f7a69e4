/** Pictures that a model reads as pixels, and maps of their positions to lay over them. */
import { largest } from '../../../base/numbers.js'
import type { PositionLayer, StepPicture } from '../../../explain/index.js'
import { paletteOf } from '../draw/colours.js'
import type { Pixels } from '../draw/pixels.js'

/** The range of the colours of a spectrogram, from the loudest downwards, in dB. */
const range = 60

/** What makes numbers of pictures shades from 0 to 1, the same for all that are compared. */
export type Shades = (picture: StepPicture, at: number) => number

/** The shades of pictures of one sequence: levels below the loudest of all, colours as they are. */
export function shadesOf(pictures: readonly StepPicture[]): Shades {
  const loudest = largest(pictures.map(({ values }) => largest(values)))
  const within = (share: number) => Math.min(Math.max(share, 0), 1)
  return ({ kind, values }, at) =>
    within(kind === 'levels' ? 1 - (loudest - (values[at] ?? 0)) / range : (values[at] ?? 0) / 255)
}

/** A picture in its colours; a spectrogram in those of its levels, the lowest band below. */
export function colouredPicture(picture: StepPicture, shade: Shades): Pixels {
  const { kind, rows, columns } = picture
  const palette = paletteOf('viridis')
  const size = rows * columns
  const data = new Uint8Array(3 * size)
  forPixels(picture, (at, pixel) => {
    const colour =
      kind === 'levels'
        ? palette(shade(picture, at))
        : [0, 1, 2].map((channel) => 255 * shade(picture, channel * size + at))
    data.set(colour.map(Math.round), 3 * pixel)
  })
  return { width: columns, height: rows, data }
}

/** A picture in grey, light enough for what lies over it to be seen. */
export function greyPicture(picture: StepPicture, shade: Shades): Pixels {
  const { kind, rows, columns } = picture
  const size = rows * columns
  const data = new Uint8Array(size)
  forPixels(picture, (at, pixel) => {
    // The luminance of Rec. 601.
    const luminance =
      kind === 'levels'
        ? shade(picture, at)
        : 0.299 * shade(picture, at) +
          0.587 * shade(picture, size + at) +
          0.114 * shade(picture, 2 * size + at)
    data[pixel] = Math.round(255 * (0.15 + 0.85 * luminance))
  })
  return { width: columns, height: rows, channels: 1, data }
}

/** Red of selected positions, and its opacity where all pictures select one. */
const red = [229, 32, 24] as const
export const selectedColour = `rgb(${red.join(', ')})`
const mostOpaque = 0.62

/** Selected positions in red, the more opaque the larger the share of pictures that select one. */
export function selectedOverlay(
  values: Float32Array,
  layer: PositionLayer,
  kind: StepPicture['kind'],
): Pixels {
  return overlay(values, layer, kind, (share) => [...red, 255 * mostOpaque * share])
}

/** Attention in colours; nothing where there is none. */
export function attentionOverlay(
  values: Float32Array,
  layer: PositionLayer,
  kind: StepPicture['kind'],
  most: number,
): Pixels {
  const palette = paletteOf('viridis')
  return overlay(values, layer, kind, (weight) =>
    weight > 0 ? [...palette(relative(weight, layer) / most), 170] : [0, 0, 0, 0],
  )
}

/** Attention in multiples of an even share over all positions, so that layers can be compared. */
export function relative(
  weight: number,
  { rows, columns }: Pick<PositionLayer, 'rows' | 'columns'>,
) {
  return weight * rows * columns
}

/** How wide and high an overlay is at least: larger cells stay sharp where a page stretches them. */
const fewestPixels = 48

function overlay(
  values: Float32Array,
  { rows, columns }: PositionLayer,
  kind: StepPicture['kind'],
  colour: (value: number) => readonly number[],
): Pixels {
  const scale = Math.max(1, Math.ceil(fewestPixels / Math.min(rows, columns)))
  const [width, height] = [columns * scale, rows * scale]
  const data = new Uint8Array(4 * width * height)
  for (let y = 0; y < height; y++) {
    const line = Math.floor(y / scale)
    const row = kind === 'levels' ? rows - 1 - line : line
    for (let x = 0; x < width; x++) {
      const value = values[row * columns + Math.floor(x / scale)] ?? 0
      data.set(colour(value).map(Math.round), 4 * (y * width + x))
    }
  }
  return { width, height, channels: 4, data }
}

/** Visits each place of a picture's channel with its pixel; the lowest band comes last. */
function forPixels(
  { kind, rows, columns }: StepPicture,
  visit: (at: number, pixel: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const line = kind === 'levels' ? rows - 1 - row : row
    for (let column = 0; column < columns; column++) {
      visit(row * columns + column, line * columns + column)
    }
  }
}
