/** The multiply-adds of the networks of FE2E and MESM, counted as their authors do. */
import type { CountedPictures } from '../define/model.js'
import { pictureShape } from './raw.js'
import type { Fe2eSettings } from './settings.js'
import type { VggChannels } from './vgg.js'

/** One convolution of the network. */
export interface CountedLayer {
  readonly inputs: number
  readonly filters: number
  readonly kernel: number
  /** Rows and columns of its output maps. */
  readonly size: readonly [rows: number, columns: number]
  /** One multiplication with its addition for each tap at each position. */
  readonly multiplyAdds: number
}

/** The first convolution, and two in each of the two blocks that MESM keeps dense. */
const denseConvolutions = 1 + 2 * 2

/**
 * The convolutions of FE2E's network over one picture, and their multiply-adds: one multiplication and its addition
 * count once; biases, norms, activations and maxima do not.
 *
 * @param picture [inputs, rows, columns]
 */
export function countedLayers(
  [inputs, rows, columns]: readonly [number, number, number],
  channels: VggChannels,
): readonly CountedLayer[] {
  const layer = (
    before: number,
    filters: number,
    kernel: number,
    halvings: number,
  ): CountedLayer => {
    const size = [rows / 2 ** halvings, columns / 2 ** halvings] as const
    const multiplyAdds = kernel ** 2 * before * filters * size[0] * size[1]
    return { inputs: before, filters, kernel, size, multiplyAdds }
  }
  const [first, ...others] = channels
  return [
    layer(inputs, first, 5, 0),
    ...others.flatMap((filters, index) => {
      const halvings = Math.max(1, index - 1)
      return [
        layer(channels[index] ?? filters, filters, 3, halvings),
        layer(filters, filters, 3, halvings),
      ]
    }),
  ]
}

/** The multiply-adds of FE2E's network, and of the part of it that MESM keeps dense, for one picture. */
export function denseMultiplyAdds(
  picture: readonly [number, number, number],
  channels: VggChannels,
): { readonly total: number; readonly beginning: number } {
  const all = countedLayers(picture, channels).map(({ multiplyAdds }) => multiplyAdds)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return { total: sum(all), beginning: sum(all.slice(0, denseConvolutions)) }
}

/**
 * The multiply-adds of MESM's two convolutions at selected positions: those of pairs of a selected position and a
 * selected one in the 3 x 3 window around it, itself included.
 *
 * @param mask rows * columns, row by row; above 0 where a position is selected
 */
export function sparseMultiplyAdds(
  mask: ArrayLike<number>,
  columns: number,
  { inputs, filters }: { readonly inputs: number; readonly filters: number },
): number {
  let pairs = 0
  const rows = mask.length / columns
  const isActive = (row: number, column: number) =>
    row >= 0 &&
    row < rows &&
    column >= 0 &&
    column < columns &&
    (mask[row * columns + column] ?? 0) > 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!isActive(row, column)) continue
      for (const down of [-1, 0, 1]) {
        for (const right of [-1, 0, 1]) if (isActive(row + down, column + right)) pairs++
      }
    }
  }
  return pairs * filters * (inputs + filters)
}

type Counted = Pick<Fe2eSettings, 'channels' | 'faceSize' | 'bands' | 'windows'>

/** The multiply-adds of FE2E's networks over the faces and chunks of a sample. */
export function fe2eMultiplyAdds(settings: Counted, pictures: readonly CountedPictures[]): number {
  return sumOver(pictures, settings, ({ count }, dense) => count * dense.total)
}

/** The same of MESM, whose later convolutions read only selected positions. */
export function mesmMultiplyAdds(settings: Counted, pictures: readonly CountedPictures[]): number {
  const { channels } = settings
  return sumOver(pictures, settings, ({ count, layers }, dense) => {
    const sparse = layers.map(({ columns, masks }, index) => {
      const [inputs = 0, filters = 0] = channels.slice(index + 2, index + 4)
      return masks.map((mask) => sparseMultiplyAdds(mask, columns, { inputs, filters }))
    })
    return count * dense.beginning + sparse.flat().reduce((sum, one) => sum + one, 0)
  })
}

function sumOver(
  pictures: readonly CountedPictures[],
  settings: Counted,
  count: (own: CountedPictures, dense: ReturnType<typeof denseMultiplyAdds>) => number,
): number {
  return pictures.reduce((sum, own) => {
    const { sequence } = own
    if (sequence !== 'vision' && sequence !== 'audio') return sum
    return sum + count(own, denseMultiplyAdds(pictureShape(sequence, settings), settings.channels))
  }, 0)
}
