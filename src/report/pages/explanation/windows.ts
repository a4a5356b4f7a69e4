/** The windows that a model's attention has learned. */
import { windowBars } from '../../charts/cells/window-bars.js'
import type { Block } from '../../html/report.js'
import type { PageFigures } from '../page.js'
import type { ExplainContent } from './content.js'

export async function windowBlocks(
  { windows = [], model }: Pick<ExplainContent, 'windows' | 'model'>,
  figures: PageFigures,
): Promise<Block[]> {
  if (windows.length === 0) return []
  const svg = windowBars(
    { title: `Learned windows of ${model.name}`, subtitle: 'Steps within which each head looks' },
    windows,
  )
  const caption =
    'How many steps away each head can attend, as it was learned; it is the same for every sample.'
  return [await figures.add(['windows'], svg, caption)]
}
