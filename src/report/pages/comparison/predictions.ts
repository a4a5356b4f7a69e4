/** Predictions against truths. */
import { classificationMetrics } from '../../../metrics/index.js'
import { confusionHeatmap } from '../../charts/cells/confusion-heatmap.js'
import { predictionScatter } from '../../charts/runs/prediction-scatter.js'
import type { Block } from '../../html/report.js'
import type { PageFigures } from '../page.js'
import type { ComparisonContent } from './content.js'

export async function predictionBlocks(
  content: ComparisonContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { groups, classNames, synthetic } = content
  const blocks: Block[] = []
  for (const { name, runs } of groups) {
    const whole = runs.filter(({ predictions, truths }) => predictions && truths)
    if (whole.length === 0) continue
    const predictions = whole.flatMap((run) => Array.from(run.predictions ?? []))
    const truths = whole.flatMap((run) => Array.from(run.truths ?? []))
    const over = whole.length === 1 ? 'one run' : `all ${whole.length} runs pooled`
    const subtitle = `${over}${synthetic ? ' · synthetic data' : ''}`
    if (classNames) {
      const { confusion } = classificationMetrics(predictions, truths, classNames.length)
      const svg = confusionHeatmap({
        title: name,
        subtitle,
        classes: classNames,
        counts: confusion,
      })
      const caption = `Confusion matrix of ${name}, ${over}; each row is a true class.`
      blocks.push(await figures.add(['confusion', name], svg, caption))
    } else {
      const svg = predictionScatter({ title: name, subtitle, predictions, truths })
      const caption = `Predicted against true sentiment for ${name}, ${over}; predictions on the dashed line are exact.`
      blocks.push(await figures.add(['predictions', name], svg, caption))
    }
  }
  return blocks
}
