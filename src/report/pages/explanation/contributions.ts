/** What a model's answers rest on, as tables, words and lanes of a page. */
import { capitalised } from '../../../base/text/words.js'
import {
  effectLanes,
  type Lane,
  mainScores,
  type SampleContributions,
  type SampleExplanation,
  type ScoreContributions,
} from '../../../explain/index.js'
import { waterfall } from '../../charts/samples/waterfall.js'
import type { Block } from '../../html/report.js'
import type { Table } from '../../tables/table.js'
import { type ContributionFacts, contributionMethod, scoreTitle } from '../../text/contributions.js'
import { changeText, scoreText } from '../../text/steps.js'
import type { PageFigures } from '../page.js'

interface Explained {
  readonly id: string
  readonly contributions: SampleContributions
}

/** What was done; the part of every input; what the model says of some inputs alone. */
export async function contributionBlocks(
  {
    samples = [],
    contributions: facts,
    data,
  }: {
    readonly samples?: readonly SampleExplanation[]
    readonly contributions?: ContributionFacts
    readonly data: { readonly synthetic: boolean }
  },
  figures: PageFigures,
): Promise<Block[]> {
  const explained = samples.flatMap(({ id, contributions }): Explained[] =>
    contributions ? [{ id, contributions }] : [],
  )
  if (explained.length === 0 || !facts) return []
  return [
    { kind: 'prose', text: contributionMethod(facts).join('\n\n') },
    ...(await partFigures(explained, data.synthetic, figures)),
    { kind: 'table', table: partsTable(explained) },
    ...(explained.some(({ contributions }) => contributions.inputs.length > 1)
      ? [{ kind: 'table' as const, table: subsetTable(explained) }]
      : []),
  ]
}

/** What the inputs of each sample add up to, for each score that the model stands by. */
async function partFigures(
  explained: readonly Explained[],
  synthetic: boolean,
  figures: PageFigures,
): Promise<Block[]> {
  const blocks: Block[] = []
  for (const { id, contributions } of explained) {
    const { unit, inputs } = contributions
    // One input has all of the change.
    if (inputs.length < 2) continue
    for (const { name, baseline, parts, prediction } of mainScores(contributions)) {
      const scale = unit === 'probability' ? 100 : 1
      const title = capitalised(scoreTitle(unit, name))
      const svg = waterfall({
        title: `Sample ${id}`,
        subtitle: `${title}${synthetic ? ' · synthetic data' : ''}`,
        figure: unit === 'probability' ? `${title}, in percent` : title,
        from: {
          ...{ name: 'Average input', value: scale * baseline },
          label: scoreText(baseline, unit),
        },
        parts: parts.map(({ input, value }) => ({
          ...{ name: capitalised(input), value: scale * value },
          label: changeText(value, unit),
        })),
        to: {
          ...{ name: 'This sample', value: scale * prediction },
          label: scoreText(prediction, unit),
        },
      })
      const caption = `Contribution of each input to ${scoreTitle(unit, name)} in sample ${id}, from an average input to the actual sample: orange raises it, blue lowers it.`
      blocks.push(
        await figures.add(['parts', id, ...(unit === 'probability' ? [name] : [])], svg, caption),
      )
    }
  }
  return blocks
}

/** Effects of steps, one figure for each score that the model stands by. */
export function effectFigures(
  contributions: SampleContributions | undefined,
): { readonly name: string; readonly title: string; readonly lanes: readonly Lane[] }[] {
  if (!contributions) return []
  return mainScores(contributions).map((score) => ({
    name: score.name,
    title: scoreTitle(contributions.unit, score.name),
    lanes: effectLanes(contributions, score),
  }))
}

function partsTable(explained: readonly Explained[]): Table {
  const [first] = explained
  const inputs = first?.contributions.inputs ?? []
  const { unit = 'probability', decision, heading } = first?.contributions ?? {}
  const labels = decision === 'above'
  return {
    caption: `Contribution of each input, in ${unit === 'probability' ? 'percentage points of probability' : unit}, from an average input to the prediction.${labels ? ' Emotions predicted to be present are bold.' : ''}`,
    columns: [
      { header: 'Sample' },
      ...nameColumn(heading),
      { header: 'Average', align: 'right' },
      ...inputs.map((input) => ({ header: capitalised(input), align: 'right' as const })),
      { header: 'Predicted', align: 'right' },
    ],
    rows: explained.flatMap(({ id, contributions }) =>
      scoresShown(contributions).map(({ name, said, baseline, parts, prediction }) => [
        id,
        ...(heading ? [{ content: name, strong: said && labels }] : []),
        scoreText(baseline, contributions.unit),
        ...parts.map(({ value }) => changeText(value, contributions.unit)),
        scoreText(prediction, contributions.unit),
      ]),
    ),
  }
}

/** What scores are of; where there is only one it need not be named in every row. */
function nameColumn(heading: string | undefined): { readonly header: string }[] {
  return heading === undefined ? [] : [{ header: heading }]
}

/** Of classes the predicted one; otherwise all count, whether they are said or not. */
function scoresShown(contributions: SampleContributions) {
  return contributions.decision === 'highest' ? mainScores(contributions) : contributions.scores
}

/** What the model says of some inputs alone; of none and of all, the table of parts has it. */
function subsetTable(explained: readonly Explained[]): Table {
  const [first] = explained
  const { unit = 'probability', heading } = first?.contributions ?? {}
  const inputs = first?.contributions.inputs.length ?? 0
  const isSome = ({ kept }: Subset) => kept.length > 0 && kept.length < inputs
  return {
    caption: `The ${unit} with only these inputs present; the others are replaced by average inputs.`,
    columns: [
      { header: 'Sample' },
      ...nameColumn(heading),
      ...(first?.contributions.scores[0]?.subsets ?? [])
        .filter(isSome)
        .map(({ kept }) => ({ header: capitalised(kept.join(' + ')), align: 'right' as const })),
    ],
    rows: explained.flatMap(({ id, contributions }) =>
      mainScores(contributions).map(({ name, subsets }) => [
        id,
        ...(heading ? [name] : []),
        ...subsets.filter(isSome).map(({ score }) => scoreText(score, contributions.unit)),
      ]),
    ),
  }
}

type Subset = ScoreContributions['subsets'][number]
