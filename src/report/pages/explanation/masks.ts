/** What the masks let through on average, class by class. */
import { fixed, largest, smallest } from '../../../base/numbers.js'
import { oneLine } from '../../../base/text/clean.js'
import type { MeanMasks, ModalityMasks } from '../../../explain/index.js'
import { maskHeatmap } from '../../charts/mask-heatmap.js'
import type { Block } from '../../html/report.js'
import type { PageFigures } from '../page.js'
import type { ExplainContent } from './content.js'
import { count } from './words.js'

export async function maskBlocks(content: ExplainContent, figures: PageFigures): Promise<Block[]> {
  const { masks, classTitle = 'Sentiment' } = content
  if (!masks) return []
  const blocks: Block[] = [
    {
      kind: 'prose',
      text: 'The model multiplies its input features by masks that it makes of what it has seen: 1 lets a feature through, 0 holds it back. A feature whose colour changes from one class to the next is one whose use depends on the class; a feature of one colour is enhanced or attenuated whatever was said.',
    },
    {
      kind: 'table',
      table: {
        caption: 'Samples of each class that the means are taken over.',
        columns: masks.classNames.map((header) => ({ header, align: 'right' as const })),
        rows: [masks.counts.map((samples) => (samples === 0 ? 'none' : samples))],
      },
    },
  ]
  for (const of of masks.modalities) {
    blocks.push(await maskFigure(of, masks, classTitle, content, figures))
  }
  return blocks
}

function maskFigure(
  { modality, width, means }: ModalityMasks,
  { classNames, counts }: MeanMasks,
  classTitle: string,
  { data, featureNames = {} }: ExplainContent,
  figures: PageFigures,
): Promise<Block> {
  const present = means.flatMap((mean) => (mean ? Array.from(mean) : []))
  const [low, high] = [smallest(present), largest(present)]
  const missing = classNames.filter((_, index) => counts[index] === 0)
  const svg = maskHeatmap({
    title: `Mean mask on ${modality}`,
    ...(data.synthetic && { subtitle: 'Synthetic data' }),
    features:
      featureNames[modality] ?? Array.from({ length: width }, (_, feature) => String(feature + 1)),
    classes: classNames.map((name, index) =>
      counts[index] === 0 ? `${oneLine(name)}\n(none)` : oneLine(name),
    ),
    classTitle,
    values: Array.from({ length: width }, (_, feature) =>
      means.map((mean) => mean?.[feature] ?? Number.NaN),
    ),
  })
  const caption = `The mask on the ${count(width, 'feature')} of ${modality}, averaged over all true steps of the samples of a class; values run from ${fixed(low, 2)} to ${fixed(high, 2)}.`
  const gap = missing.length > 0 ? ` Blank, for want of samples: ${missing.join(', ')}.` : ''
  return figures.add(['masks', modality], svg, caption + gap)
}
