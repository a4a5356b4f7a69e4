/** The pictures of one sample over time, and where a model looks in them. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { fixed, largest, mean } from '../../../base/numbers.js'
import type { PictureMaps, PositionLayer, TokenLook } from '../../../explain/index.js'
import { type GridRow, pictureGrid } from './grid.js'
import {
  attentionOverlay,
  colouredPicture,
  greyPicture,
  relative,
  type Shades,
  selectedOverlay,
  shadesOf,
} from './overlays.js'

/** Sizes in pixels: faces are square; the chunks of a spectrogram touch, as they do in time. */
const sizes = {
  colours: { most: 10, narrowest: 56, widest: 56, height: 56, gap: 3 },
  levels: { most: 40, narrowest: 15, widest: 40, height: 72, gap: 0 },
} as const
const room = 600
const lookHeight = 12

/**
 * The pictures of a sample, such as its faces, as SVG, from left to right in time. Rows: the
 * pictures; for each layer the positions that it selects, in red over the picture; for each layer
 * its attention, in colours over the picture; and for each layer of the transformer the attention of
 * the class token on whole pictures. Of many pictures some are shown, evenly spaced.
 *
 * @throws LimbicError if there is no picture
 */
export function samplePicturesChart({
  title,
  subtitle,
  maps,
}: {
  readonly title: string
  readonly subtitle?: string
  readonly maps: PictureMaps
}): string {
  const { pictures, steps, layers, looks, period } = maps
  const [first] = pictures
  if (!first) throw new LimbicError('no picture to draw', { where: title })
  const { most: slots, narrowest, widest, height, gap } = sizes[first.kind]
  const shown = evenly(pictures.length, slots)
  const width = Math.max(narrowest, Math.min(widest, Math.floor(room / shown.length)))
  const most = mostAttention(maps)
  const frame: Frame = { maps, shown, height, shade: shadesOf(pictures), most: most ?? 1 }
  const selects = layers.some(({ selected }) => selected)
  return pictureGrid({
    title,
    ...(subtitle !== undefined && { subtitle }),
    rows: [
      { name: first.kind === 'levels' ? 'spectrogram' : 'picture', height, cells: original(frame) },
      ...layers.flatMap((layer, at) => selectedRow(layer, at === 0, frame)),
      ...layers.flatMap((layer, at) => attentionRow(layer, at === 0, frame)),
      ...looks.map((look, at) => lookRow(look, at === 0, frame)),
    ],
    columns: shown.map((step) =>
      period === undefined ? elementAt(steps, step, 'step') : fixed(step * period, 1),
    ),
    columnTitle: period !== undefined ? 'Seconds' : first.kind === 'levels' ? 'Chunk' : 'Frame',
    ...(period !== undefined && { duration: period * pictures.length }),
    ...{ width, gap, ...(most !== undefined && { most }) },
    ...(selects && { selected: 'selected: the next convolutions compute these positions' }),
  })
}

/** What the rows of a chart have in common. */
interface Frame {
  readonly maps: PictureMaps
  /** The pictures that are shown. */
  readonly shown: readonly number[]
  readonly height: number
  readonly shade: Shades
  /** The attention of the last colour. */
  readonly most: number
}

/** How many pictures of a sample its chart shows. */
export function mostShown({ pictures }: PictureMaps): number {
  const [first] = pictures
  return first ? Math.min(pictures.length, sizes[first.kind].most) : 0
}

/** At most `most` of so many steps: of equal parts of the time, the step in the middle. */
function evenly(count: number, most: number): number[] {
  const slots = Math.min(count, most)
  return Array.from({ length: slots }, (_, slot) => Math.floor(((slot + 0.5) * count) / slots))
}

/** The largest attention, in multiples of an even share, but for rare outliers. */
function mostAttention({ layers, looks, pictures }: PictureMaps): number | undefined {
  const all = [
    ...layers.flatMap((layer) =>
      (layer.attention ?? []).flatMap((values) =>
        Array.from(values, (value) => relative(value, layer)),
      ),
    ),
    ...looks.flatMap(({ values }) => values.map((value) => ofEven(value, pictures.length))),
  ]
  return scaleOf(all)
}

/** At which share of all numbers the colours end, so that a single large one leaves the others some. */
const covered = 0.995

/** The end of a scale of colours for attention; at least 2, so that noise does not fill it. */
export function scaleOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  return Math.max(2, sorted[Math.floor(covered * (sorted.length - 1))] ?? 0)
}

function original({ maps: { pictures, steps }, shown, shade }: Frame) {
  return shown.map((step) => ({
    pictures: [colouredPicture(elementAt(pictures, step, 'picture'), shade)],
    description: `picture ${steps[step]}`,
  }))
}

function selectedRow(layer: PositionLayer, begins: boolean, frame: Frame): GridRow[] {
  const { selected } = layer
  return selected
    ? [
        row(`selected, layer ${layer.layer}`, begins, frame, (picture, step) => {
          const values = elementAt(selected, step, 'map')
          return {
            overlay: selectedOverlay(values, layer, picture.kind),
            description: `${fixed(100 * mean(values), 0)} % selected`,
          }
        }),
      ]
    : []
}

function attentionRow(layer: PositionLayer, begins: boolean, frame: Frame): GridRow[] {
  const { attention } = layer
  return attention
    ? [
        row(`attention, layer ${layer.layer}`, begins, frame, (picture, step) => {
          const values = elementAt(attention, step, 'map')
          return {
            overlay: attentionOverlay(values, layer, picture.kind, frame.most),
            description: `at most ${fixed(relative(largest(values), layer), 1)} times an even share`,
          }
        }),
      ]
    : []
}

function row(
  name: string,
  begins: boolean,
  { maps: { pictures, steps }, shown, height, shade }: Frame,
  over: (
    picture: PictureMaps['pictures'][number],
    step: number,
  ) => { overlay: ReturnType<typeof selectedOverlay>; description: string },
): GridRow {
  return {
    ...{ name, height, begins },
    cells: shown.map((step) => {
      const picture = elementAt(pictures, step, 'picture')
      const { overlay, description } = over(picture, step)
      return {
        pictures: [greyPicture(picture, shade), overlay],
        description: `${name}, picture ${steps[step]}: ${description}`,
      }
    }),
  }
}

/** Attention of the token in multiples of an even share over the pictures and itself. */
function ofEven(share: number, pictures: number): number {
  return share * (pictures + 1)
}

function lookRow({ layer, values }: TokenLook, begins: boolean, { maps, shown }: Frame): GridRow {
  const name = `class token${layer === '' ? '' : `, ${layer}`}`
  return {
    ...{ name, height: lookHeight, begins },
    cells: shown.map((step) => {
      const share = elementAt(values, step, 'share')
      return {
        attention: ofEven(share, maps.pictures.length),
        description: `${name}, picture ${maps.steps[step]}: ${fixed(100 * share, 1)} %`,
      }
    }),
  }
}
