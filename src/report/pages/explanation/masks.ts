/** What the masks pass on average, by class. */
import { fixed, largest, smallest } from '../../../base/numbers.js'
import { oneLine } from '../../../base/text/clean.js'
import { count } from '../../../base/text/words.js'
import type { MeanMasks, ModalityMasks } from '../../../explain/index.js'
import { maskHeatmap } from '../../charts/cells/mask-heatmap.js'
import type { Block } from '../../html/report.js'
import type { PageFigures } from '../page.js'
import type { ExplainContent } from './content.js'

export async function maskBlocks(content: ExplainContent, figures: PageFigures): Promise<Block[]> {
  const { masks, classTitle = 'Sentiment' } = content
  if (!masks) return []
  const blocks: Block[] = [
    {
      kind: 'prose',
      text: 'The model multiplies its input features by masks computed from the other modalities: 1 passes a feature through, 0 suppresses it. The use of a feature whose colour varies between classes depends on the class; a feature with the same colour everywhere is passed or suppressed regardless of the class.',
    },
    {
      kind: 'table',
      table: {
        caption: 'Number of samples of each class behind the means.',
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
  const caption = `The mask on the ${count(width, 'feature')} of ${modality}, averaged over all valid steps of the samples of each class; values range from ${fixed(low, 2)} to ${fixed(high, 2)}.`
  const gap = missing.length > 0 ? ` Blank, no samples: ${missing.join(', ')}.` : ''
  return figures.add(['masks', modality], svg, caption + gap)
}
