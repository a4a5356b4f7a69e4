/** Mean pictures of each class, and where a model looks in them on average. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { fixed, largest, mean } from '../../../base/numbers.js'
import { oneLine } from '../../../base/text/clean.js'
import { count } from '../../../base/text/words.js'
import type { ClassPictures, MeanPositions } from '../../../explain/index.js'
import { type GridCell, type GridRow, pictureGrid } from './grid.js'
import {
  attentionOverlay,
  colouredPicture,
  greyPicture,
  relative,
  type Shades,
  selectedOverlay,
  shadesOf,
} from './overlays.js'
import { scaleOf } from './sample-pictures.js'

const sizes = {
  colours: { width: 64, height: 64, gap: 4 },
  levels: { width: 44, height: 88, gap: 6 },
} as const

/**
 * The mean pictures of each class as SVG, a row each, as figures 3 and 6 of the MESM document are
 * laid out: the picture, the positions that each layer selects, and the attention of each layer.
 *
 * @throws LimbicError if no class has a picture
 */
export function meanPicturesChart({
  title,
  subtitle,
  means: { classNames, classes },
}: {
  readonly title: string
  readonly subtitle?: string
  readonly means: MeanPositions
}): string {
  const present = classes.flatMap((one) => one ?? [])
  const [first] = present
  if (!first) throw new LimbicError('no picture to draw', { where: title })
  const { width, height, gap } = sizes[first.picture.kind]
  const most = scaleOf(
    present.flatMap(({ layers }) =>
      layers.flatMap((layer) =>
        (layer.attention ?? []).flatMap((values) =>
          Array.from(values, (value) => relative(value, layer)),
        ),
      ),
    ),
  )
  const shade = shadesOf(present.map(({ picture }) => picture))
  const rows = classes.map((one, index): GridRow => {
    const name = oneLine(classNames[index] ?? '')
    const cells = one ? cellsOf(name, one, shade, most ?? 1) : []
    return { name: `${name}\n(${one ? one.count.toLocaleString('en') : 'none'})`, height, cells }
  })
  const layersWith = (what: 'selected' | 'attention') =>
    first.layers.flatMap((layer) => (layer[what] ? `${what}\nlayer ${layer.layer}` : []))
  const selects = layersWith('selected')
  return pictureGrid({
    title,
    ...(subtitle !== undefined && { subtitle }),
    rows,
    columns: ['mean\npicture', ...selects, ...layersWith('attention')],
    ...{ width, gap, ...(most !== undefined && { most }) },
    ...(selects.length > 0 && { selected: 'selected: the fuller, the more often' }),
  })
}

function cellsOf(
  name: string,
  { count: pictures, picture, layers }: ClassPictures,
  shade: Shades,
  most: number,
): GridCell[] {
  const grey = greyPicture(picture, shade)
  return [
    {
      pictures: [colouredPicture(picture, shade)],
      description: `${name}: mean of ${count(pictures, 'picture')}`,
    },
    ...layers.flatMap((layer) => {
      if (!layer.selected) return []
      const values = elementAt(layer.selected, 0, 'map')
      const description = `${name}, layer ${layer.layer}: ${fixed(100 * mean(values), 0)} % selected`
      return { pictures: [grey, selectedOverlay(values, layer, picture.kind)], description }
    }),
    ...layers.flatMap((layer) => {
      if (!layer.attention) return []
      const values = elementAt(layer.attention, 0, 'map')
      const most1 = fixed(relative(largest(values), layer), 1)
      const description = `${name}, layer ${layer.layer}: attention at most ${most1} times an even share`
      return { pictures: [grey, attentionOverlay(values, layer, picture.kind, most)], description }
    }),
  ]
}
