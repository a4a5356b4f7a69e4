/** Learning curves of the loss. */
import { learningCurves } from '../../charts/runs/learning-curves.js'
import { seriesColours } from '../../charts/style/theme.js'
import { chunks } from '../../chunks.js'
import type { Block } from '../../html/report.js'
import type { PageFigures } from '../page.js'
import { type ComparedGroup, type ComparisonContent, repeatedOver } from './content.js'

const ownObjectives =
  'The training loss includes the auxiliary objectives of models that have them.'

export async function curveBlocks(
  content: ComparisonContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { groups, lossName = 'Loss', synthetic } = content
  const trained = groups.filter(({ runs }) => runs.some(({ epochs }) => epochs.length > 0))
  if (trained.length === 0) return []
  const subtitle = synthetic ? { subtitle: 'Synthetic data' } : {}
  const lossesOf = ({ runs }: ComparedGroup, which: 'trainLoss' | 'validLoss') =>
    runs.map(({ epochs }) => epochs.map((epoch) => epoch[which]))
  const [only] = trained
  if (trained.length === 1 && only) {
    const svg = learningCurves({
      title: `Loss of ${only.name}`,
      ...subtitle,
      figure: lossName,
      series: [
        { name: 'training', runs: lossesOf(only, 'trainLoss') },
        { name: 'validation', runs: lossesOf(only, 'validLoss') },
      ],
    })
    return [
      await figures.add(
        ['curves'],
        svg,
        `Loss after each epoch. ${ownObjectives}${bandOf(trained)}`,
      ),
    ]
  }
  const blocks: Block[] = []
  const kinds = [
    ['validLoss', 'Validation loss', 'validation'],
    ['trainLoss', 'Training loss', 'training'],
  ] as const
  for (const [which, title, name] of kinds) {
    // With more lines than colours, two would look the same.
    for (const shown of chunks(trained, seriesColours.length)) {
      const svg = learningCurves({
        title,
        ...subtitle,
        figure: lossName,
        series: shown.map((group) => ({ name: group.name, runs: lossesOf(group, which) })),
      })
      const remark = which === 'trainLoss' ? ` ${ownObjectives}` : ''
      const caption = `${title} after each epoch.${remark}${bandOf(shown)}`
      blocks.push(await figures.add(['curves', name], svg, caption))
    }
  }
  return blocks
}

function bandOf(groups: readonly ComparedGroup[]): string {
  return groups.some(({ runs }) => runs.length > 1)
    ? ` The line is the mean over ${repeatedOver(groups)}, the band ± 1 standard deviation; after some runs have stopped early, it is over the remaining ones.`
    : ''
}
