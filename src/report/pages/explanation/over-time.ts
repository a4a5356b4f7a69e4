/** Effects and attention over the time of each sample. */
import { capitalised } from '../../../base/text/words.js'
import { type Lane, lastLook, type SampleExplanation } from '../../../explain/index.js'
import { attentionMaps } from '../../charts/cells/attention-maps.js'
import { sampleMaskHeatmap } from '../../charts/cells/sample-mask.js'
import { laneChart } from '../../charts/samples/lanes.js'
import type { Block } from '../../html/report.js'
import { laneName } from '../../lane-names.js'
import type { Table } from '../../tables/table.js'
import { lengthText, stepList } from '../../text/steps.js'
import type { PageFigures } from '../page.js'
import type { ExplainContent } from './content.js'
import { effectFigures } from './contributions.js'

export function overTimeTitle({ samples = [] }: Pick<ExplainContent, 'samples'>): string {
  const looked = samples.some(({ attention, masks = [] }) => attention.length + masks.length > 0)
  const counted = samples.some(({ contributions }) => contributions !== undefined)
  const valued = samples.some(({ lanes = [] }) => lanes.some(({ kind }) => kind === 'value'))
  if (!looked) return valued ? 'Values and effects of single steps' : 'Effects of single steps'
  return counted ? 'Attention and effects of single steps' : 'Attention'
}

function overTimeText({ samples = [] }: Pick<ExplainContent, 'samples'>): string {
  const counted = samples.find(({ contributions }) => contributions)?.contributions
  const looked = samples.some(({ attention }) => attention.length > 0)
  return [
    'All lanes share one time axis: each sequence is stretched to the length of the sample.',
    ...(counted
      ? [
          `Effect lanes colour each step by its effect, measured by leaving it out: orange if it raises the ${counted.unit}, blue if it lowers it, with one scale for all lanes of a figure.`,
        ]
      : []),
    ...(looked
      ? [
          'Attention lanes colour each step by the attention it receives, averaged over heads, maps and query steps. High attention does not imply a large effect on the prediction. In the maps, rows are query steps, columns are key steps, and the colour is the attention weight.',
        ]
      : []),
  ].join(' ')
}

export async function overTimeBlocks(
  { samples = [], data }: ExplainContent,
  figures: PageFigures,
): Promise<Block[]> {
  if (samples.length === 0) return []
  const blocks: Block[] = [{ kind: 'prose', text: overTimeText({ samples }) }]
  for (const sample of samples) {
    const { id, text, truth, prediction } = sample
    const frame: Frame = {
      subtitle: `True ${truth}, predicted ${prediction}${data.synthetic ? ' · synthetic data' : ''}`,
      what: text === undefined ? `sample ${id}` : `“${text}”`,
      figures,
    }
    blocks.push(
      ...(await laneBlocks(sample, frame)),
      ...(await attentionBlocks(sample, frame)),
      ...(await stepMaskBlocks(sample, frame)),
    )
  }
  return blocks
}

/** The parts shared by the figures of one sample. */
interface Frame {
  readonly subtitle: string
  /** The end of a caption: the transcript, or else the sample's id. */
  readonly what: string
  readonly figures: PageFigures
}

/**
 * A figure and a table for each score; those of the first score include the attention and masks.
 */
async function laneBlocks(
  { id, lanes = [], contributions }: SampleExplanation,
  { subtitle, what, figures }: Frame,
): Promise<Block[]> {
  const blocks: Block[] = []
  const effects = effectFigures(contributions)
  for (let place = 0; place < Math.max(1, effects.length); place++) {
    const effect = effects[place]
    const looked = place === 0 ? lanes : []
    const all = [...(effect?.lanes ?? []), ...looked]
    if (all.length === 0) continue
    const svg = laneChart({ title: `Sample ${id}, over time`, subtitle, lanes: all })
    const shown = [
      ...(effect ? [`effects of steps on ${effect.title}`] : []),
      ...(looked.some(({ kind }) => kind !== 'value') ? ['attention received'] : []),
      ...valueTitles(looked),
    ].join(', and ')
    const name = ['lanes', id, ...(place > 0 && effect ? [effect.name] : [])]
    blocks.push(await figures.add(name, svg, `${capitalised(shown)}, in ${what}.`), {
      kind: 'table',
      table: topTable(id, all, effect?.title),
    })
  }
  return blocks
}

async function attentionBlocks(
  { id, attention }: SampleExplanation,
  { subtitle, what, figures }: Frame,
): Promise<Block[]> {
  // The first pass only serves to make the masks.
  const maps = [...lastLook(attention)]
  if (maps.length === 0) return []
  const svg = attentionMaps({ title: `Sample ${id}`, subtitle, maps })
  return [await figures.add(['attention', id], svg, `Attention on ${what}.`)]
}

async function stepMaskBlocks(
  { id, masks = [] }: SampleExplanation,
  { subtitle, what, figures }: Frame,
): Promise<Block[]> {
  const blocks: Block[] = []
  for (const { modality, steps, values } of masks) {
    const title = `Sample ${id}, mask on ${modality}`
    const svg = sampleMaskHeatmap({ title, subtitle, steps, values })
    const caption = `The mask on ${modality}, step by step, for ${what}.`
    blocks.push(await figures.add(['mask', id, modality], svg, caption))
  }
  return blocks
}

/** The number of lanes of step values that a caption names. */
const mostNamed = 3

/** Lanes of step values in a caption: "audio gate of text", or the number of many. */
function valueTitles(lanes: readonly Lane[]): string[] {
  const titles = lanes.flatMap(({ kind, title }) => (kind === 'value' ? title : []))
  return titles.length > mostNamed ? [`${titles.length} values of the model`] : titles
}

/** The number of largest steps that are listed. */
const mostListed = 5

/** @param score the score of the effects, if any */
function topTable(id: string, lanes: readonly Lane[], score?: string): Table {
  const kinds = new Set(lanes.map(({ kind }) => kind))
  const what = [
    ...(score === undefined ? [] : [`effects on ${score}`]),
    ...(kinds.has('attention') ? ['shares of attention'] : []),
    ...(kinds.has('mask') ? ['mask values'] : []),
    ...valueTitles(lanes),
  ]
  return {
    caption: `The steps of sample ${id} with the largest values, and their positions: ${what.join(', or ')}.`,
    columns: [{ header: 'Lane' }, { header: 'Length', align: 'right' }, { header: 'Largest' }],
    rows: lanes.map((lane) => [laneName(lane), lengthText(lane), stepList(lane, mostListed)]),
  }
}
