/** Where in faces and spectrograms a model looks, on average and in single samples. */
import { count } from '../../../base/text/words.js'
import type { MeanPositions, PictureMaps, SampleExplanation } from '../../../explain/index.js'
import { meanPicturesChart } from '../../charts/pictures/mean-pictures.js'
import { mostShown, samplePicturesChart } from '../../charts/pictures/sample-pictures.js'
import type { Block } from '../../html/report.js'
import { selectionTable } from '../../text/positions.js'
import type { PageFigures } from '../page.js'
import type { ExplainContent } from './content.js'

export async function pictureBlocks(
  content: ExplainContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { samples = [], positions = [], recording, data, classTitle = 'Sentiment' } = content
  const shown = samples.flatMap((sample) =>
    (sample.pictures ?? []).map((maps) => ({ sample, maps })),
  )
  if (shown.length + positions.length === 0) return []
  const synthetic = data.synthetic
  const blocks: Block[] = [
    { kind: 'prose', text: method(shown.map(({ maps }) => maps)) },
    ...(recording
      ? [{ kind: 'player' as const, recording: recording.address, picture: recording.picture }]
      : []),
  ]
  for (const means of positions)
    blocks.push(...(await meanBlocks(means, classTitle, synthetic, figures)))
  for (const { sample, maps } of shown) {
    blocks.push(await sampleFigure(sample, maps, synthetic, figures))
  }
  return blocks
}

function method(maps: readonly PictureMaps[]): string {
  const inside = maps.some(({ layers }) => layers.length > 0)
  const whole = maps.some(({ looks }) => looks.length > 0)
  return [
    ...(inside
      ? [
          'In each layer, attention divides among the positions of a picture; those that are selected (red) are computed by the next convolutions, and the others are not. Later layers attend only to what earlier ones selected. A position of a later layer covers more pixels.',
        ]
      : []),
    ...(whole
      ? [
          `The rows of the class token show how much each layer of the transformer attends to each whole picture${inside ? '' : '; this model computes every position of every picture'}.`,
        ]
      : []),
    'Attention is given in multiples of an even share, so that layers can be compared: 1 everywhere means that the model looks nowhere in particular. In spectrograms, the low bands are below.',
  ].join(' ')
}

async function meanBlocks(
  means: MeanPositions,
  classTitle: string,
  synthetic: boolean,
  figures: PageFigures,
): Promise<Block[]> {
  const { sequence, classes, classNames } = means
  if (classes.every((one) => one === null)) return []
  const svg = meanPicturesChart({
    title: `Mean maps on ${sequence}`,
    ...(synthetic && { subtitle: 'Synthetic data' }),
    means,
  })
  const missing = classNames.filter((_, index) => !classes[index])
  const gap = missing.length > 0 ? ` Blank, no samples: ${missing.join(', ')}.` : ''
  const caption = `Means over all pictures of ${sequence} by ${classTitle.toLowerCase()}, with their numbers; the picture is the mean, too.${gap}`
  return [
    await figures.add(['positions', sequence], svg, caption),
    { kind: 'table', table: selectionTable(means) },
  ]
}

function sampleFigure(
  { id, text, truth, prediction }: SampleExplanation,
  maps: PictureMaps,
  synthetic: boolean,
  figures: PageFigures,
): Promise<Block> {
  const { sequence, pictures } = maps
  const svg = samplePicturesChart({
    title: `Sample ${id}, ${sequence}`,
    subtitle: `True ${truth}, predicted ${prediction}${synthetic ? ' · synthetic data' : ''}`,
    maps,
  })
  const all = pictures.length
  const shown = mostShown(maps)
  const some = shown < all ? `; ${shown} of ${count(all, 'picture')}, evenly spaced` : ''
  const what = text === undefined ? `sample ${id}` : `“${text}”`
  return figures.add(
    ['pictures', id, sequence],
    svg,
    `Attention to ${sequence} over time, in ${what}${some}.`,
  )
}
