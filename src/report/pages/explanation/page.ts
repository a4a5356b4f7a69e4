/** The page that explains a model's predictions and shows its attention. */
import { nameOfData } from '../../../data/name.js'
import type { Section } from '../../html/report.js'
import { type Page, PageFigures, syntheticNotice } from '../page.js'
import type { ExplainContent } from './content.js'
import { contributionBlocks } from './contributions.js'
import { costBlock, factBlock } from './facts.js'
import { maskBlocks } from './masks.js'
import { overTimeBlocks, overTimeTitle } from './over-time.js'
import { pictureBlocks } from './pictures.js'
import { routingBlocks } from './routing.js'
import { sampleBlocks } from './samples.js'
import { windowBlocks } from './windows.js'

/**
 * A page on one trained model: what the inputs and steps of some samples contribute; its mean masks
 * over classes, as in figure 2 of the MMLatch paper; where in their pictures it looks, as in figures 3
 * and 4 of the MESM paper; its attention on those samples; and its facts.
 *
 * @throws LimbicError if masks and names of features do not match
 */
export async function explainPage(content: ExplainContent): Promise<Page> {
  const { model, data } = content
  const figures = new PageFigures()
  const shown = sampleBlocks(content)
  const answers = await contributionBlocks(content, figures)
  // The samples stand where they first come up.
  const before = answers.length > 0
  const sections: Section[] = [
    {
      title: 'Model and data',
      blocks: [...syntheticNotice(data.name, data.synthetic), factBlock(content)],
    },
    { title: 'Contributions of the inputs', blocks: before ? [...shown, ...answers] : [] },
    { title: 'Routing', blocks: routingBlocks(content) },
    { title: 'Feature masks', blocks: await maskBlocks(content, figures) },
    { title: 'Learned windows', blocks: await windowBlocks(content, figures) },
    { title: 'Faces and sound', blocks: await pictureBlocks(content, figures) },
    {
      title: overTimeTitle(content),
      blocks: [...(before ? [] : shown), ...(await overTimeBlocks(content, figures))],
    },
    { title: 'Computational cost', blocks: [costBlock(model)] },
  ]
  return figures.page({
    title: `Predictions of ${model.name} explained`,
    subtitle:
      data.split === undefined
        ? `On recordings; trained on ${nameOfData(data)}`
        : `On the ${data.split} split of ${nameOfData(data)}`,
    sections,
    ...(content.footer !== undefined && { footer: content.footer }),
  })
}
