/** The page that shows what a model's answers rest on, and what it looked at. */
import { nameOfData } from '../../data/name.js'
import {
  type Lane,
  lastLook,
  type MeanMasks,
  type ModalityMasks,
  type ModelFacts,
  type SampleExplanation,
} from '../../explain/index.js'
import type { Modality } from '../../modalities.js'
import { attentionMaps } from '../charts/attention-maps.js'
import { laneChart } from '../charts/lanes.js'
import { maskHeatmap } from '../charts/mask-heatmap.js'
import { sampleMaskHeatmap } from '../charts/sample-mask.js'
import type { Block, Section } from '../html/report.js'
import { laneName } from '../lane-names.js'
import type { Table } from '../tables/table.js'
import type { ContributionFacts } from '../text/contributions.js'
import { lengthText, stepList } from '../text/steps.js'
import { contributionBlocks, effectFigures } from './contributions.js'
import { type Page, PageFigures, syntheticNotice } from './page.js'

export interface ExplainContent {
  readonly model: ModelFacts
  readonly data: {
    readonly name: string
    readonly synthetic: boolean
    /** Which part of them was explained, such as "test". */
    readonly split: string
    readonly samples: number
  }
  /** Where the model makes masks. */
  readonly masks?: MeanMasks
  /** What the classes of the masks are of. Default: "Sentiment". */
  readonly classTitle?: string
  /** Names of features where they are known; numbers from 1 otherwise. */
  readonly featureNames?: Readonly<Partial<Record<Modality, readonly string[]>>>
  readonly samples?: readonly SampleExplanation[]
  /** Whether someone asked for these samples; otherwise they are said to be chosen by class and length. */
  readonly samplesNamed?: boolean
  /** What samples with contributions are compared with. */
  readonly contributions?: ContributionFacts
  /** More facts, such as the run, the date and the version. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly footer?: string
}

/**
 * A page on one trained model: what the inputs and steps of some samples contribute; its mean masks
 * over classes, as figure 2 of the MMLatch document; its attention on those samples; and its facts.
 *
 * @throws LimbicError if masks and names of features do not fit one another
 */
export async function explainPage(content: ExplainContent): Promise<Page> {
  const { model, data } = content
  const figures = new PageFigures()
  const shown = samplesShown(content)
  const answers = contributionBlocks(content)
  // The samples stand where they first come up: on paper each section begins a page.
  const before = answers.length > 0
  const sections: Section[] = [
    {
      title: 'What was explained',
      blocks: [...syntheticNotice(data.name, data.synthetic), facts(content)],
    },
    { title: 'What its answers rest on', blocks: before ? [...shown, ...answers] : [] },
    { title: 'What the masks let through', blocks: await maskBlocks(content, figures) },
    {
      title: overTimeTitle(content),
      blocks: [...(before ? [] : shown), ...(await sampleBlocks(content, figures))],
    },
    { title: 'What it costs', blocks: [costTable(model)] },
  ]
  return figures.page({
    title: `Why ${model.name} says what it says`,
    subtitle: `On the ${data.split} split of ${nameOfData(data)}`,
    sections,
    ...(content.footer !== undefined && { footer: content.footer }),
  })
}

function facts({ model, data, facts: more = [] }: ExplainContent): Block {
  return {
    kind: 'facts',
    facts: [
      ['Model', model.name],
      // What the document's model is; the settings say what this one has of it.
      ['Document', `${model.source}: ${model.title}`],
      ['Data', `${nameOfData(data)}, ${data.split} split, ${count(data.samples, 'sample')}`],
      ['Parameters', model.parameters.toLocaleString('en')],
      ['Operations for one sample', `${quantity(model.flops)} (${stepsOf(model)})`],
      ['Settings', settingsText(model.settings)],
      ...more,
    ],
  }
}

async function maskBlocks(content: ExplainContent, figures: PageFigures): Promise<Block[]> {
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
  const present = means.flatMap((mean) => (mean ? [...mean] : []))
  const [low, high] = [Math.min(...present), Math.max(...present)]
  const missing = classNames.filter((_, index) => counts[index] === 0)
  const svg = maskHeatmap({
    title: `Mean mask on ${modality}`,
    ...(data.synthetic && { subtitle: 'Synthetic data' }),
    features:
      featureNames[modality] ?? Array.from({ length: width }, (_, feature) => String(feature + 1)),
    classes: classNames.map((name, index) => (counts[index] === 0 ? `${name}\n(none)` : name)),
    classTitle,
    values: Array.from({ length: width }, (_, feature) =>
      means.map((mean) => mean?.[feature] ?? Number.NaN),
    ),
  })
  const caption = `The mask on the ${count(width, 'feature')} of ${modality}, averaged over all true steps of the samples of a class; values run from ${low.toFixed(2)} to ${high.toFixed(2)}.`
  const gap = missing.length > 0 ? ` Blank, for want of samples: ${missing.join(', ')}.` : ''
  return figures.add(['masks', modality], svg, caption + gap)
}

function samplesShown({ samples = [], samplesNamed = false }: ExplainContent): Block[] {
  if (samples.length === 0) return []
  return [
    {
      kind: 'prose',
      text:
        'Every sample was run alone' +
        (samplesNamed
          ? '.'
          : ', and was chosen by its class and its length, not by how well the model does on it.'),
    },
    {
      kind: 'table',
      table: {
        caption: 'The samples shown.',
        columns: [
          { header: 'Sample' },
          { header: 'True', align: 'right' },
          { header: 'Predicted', align: 'right' },
        ],
        rows: samples.map(({ id, truth, prediction }) => [id, truth, prediction]),
      },
    },
  ]
}

function overTimeTitle({ samples = [] }: ExplainContent): string {
  const looked = samples.some(({ attention, masks = [] }) => attention.length + masks.length > 0)
  const counted = samples.some(({ contributions }) => contributions !== undefined)
  if (!looked) return 'What counted, step by step'
  return counted ? 'Where it looked, and what counted' : 'Where it looked'
}

function overTimeText({ samples = [] }: ExplainContent): string {
  const counted = samples.find(({ contributions }) => contributions)?.contributions
  const looked = samples.some(({ attention }) => attention.length > 0)
  return [
    'Lanes lie on one axis of time: every sequence is stretched to the length of the sample.',
    ...(counted
      ? [
          `Of effects, each step is coloured by what leaving it out shows that it adds: ${counted.unit === 'probability' ? 'orange where it raises the probability, blue where it lowers it' : 'orange where it makes the sentiment more positive, blue where it makes it more negative'}, on one scale for all lanes of a figure.`,
        ]
      : []),
    ...(looked
      ? [
          'Of attention, each step is coloured by the share that it received on average over heads, maps and the steps that asked: where the model looked, which need not be what counted. In the maps each row is a step that asks, each column a step that is asked, and the colour how much of the answer came from there.',
        ]
      : []),
  ].join(' ')
}

async function sampleBlocks(content: ExplainContent, figures: PageFigures): Promise<Block[]> {
  const { samples = [], data } = content
  if (samples.length === 0) return []
  const blocks: Block[] = [{ kind: 'prose', text: overTimeText(content) }]
  for (const { id, text, truth, prediction, attention, ...sample } of samples) {
    const { masks = [], lanes = [], contributions } = sample
    // A first look only serves to make the masks.
    const maps = [...lastLook(attention)]
    const subtitle = `True ${truth}, predicted ${prediction}${data.synthetic ? ' · synthetic data' : ''}`
    const what = text === undefined ? `sample ${id}` : `“${text}”`
    const effects = effectFigures(contributions)
    // The first score's effects share their figure with what was looked at.
    for (const place of Array(Math.max(1, effects.length)).keys()) {
      const effect = effects[place]
      const all = [...(effect?.lanes ?? []), ...(place === 0 ? lanes : [])]
      if (all.length === 0) continue
      const svg = laneChart({ title: `Sample ${id}, over time`, subtitle, lanes: all })
      const shown = [
        ...(effect ? [`effects of steps on ${effect.title}`] : []),
        ...(place === 0 && lanes.length > 0 ? ['what was looked at'] : []),
      ]
      const name = ['lanes', id, ...(place > 0 && effect ? [effect.name] : [])]
      blocks.push(await figures.add(name, svg, `${sentence(shown.join(', and '))}, in ${what}.`))
      blocks.push({ kind: 'table', table: topTable(id, all, effect?.title) })
    }
    if (maps.length > 0) {
      const svg = attentionMaps({ title: `Sample ${id}`, subtitle, maps })
      blocks.push(await figures.add(['attention', id], svg, `Attention on ${what}.`))
    }
    for (const { modality, steps, values } of masks) {
      const title = `Sample ${id}, mask on ${modality}`
      const svg = sampleMaskHeatmap({ title, subtitle, steps, values })
      const caption = `What the mask let through of ${modality}, step by step, of ${what}.`
      blocks.push(await figures.add(['mask', id, modality], svg, caption))
    }
  }
  return blocks
}

/** So many of the largest steps are listed. */
const mostListed = 5

/** @param score what the effects are on, where there are some */
function topTable(id: string, lanes: readonly Lane[], score?: string): Table {
  const kinds = new Set(lanes.map(({ kind }) => kind))
  const what = [
    ...(score === undefined ? [] : [`effects on ${score}`]),
    ...(kinds.has('attention') ? ['shares of attention'] : []),
    ...(kinds.has('mask') ? ['what a mask let through'] : []),
  ]
  return {
    caption: `The steps of sample ${id} with the largest values, and their places: ${what.join(', or ')}.`,
    columns: [{ header: 'Lane' }, { header: 'Length', align: 'right' }, { header: 'Largest' }],
    rows: lanes.map((lane) => [laneName(lane), lengthText(lane), stepList(lane, mostListed)]),
  }
}

function costTable({ flopsByOperator, flops, ...model }: ModelFacts): Block {
  const largest = [...flopsByOperator].slice(0, 6)
  const rest = flops - largest.reduce((sum, [, part]) => sum + part, 0)
  const rows = [...largest, ...(rest > 0 ? [['everything else', rest] as const] : [])]
  return {
    kind: 'table',
    table: {
      caption: `Operations of predicting one sample (${stepsOf(model)}); a multiplication and an addition are two.`,
      columns: [
        { header: 'Operator' },
        { header: 'Operations', align: 'right' },
        { header: 'Share', align: 'right' },
      ],
      rows: rows.map(([name, part]) => [
        name,
        quantity(part),
        `${((100 * part) / flops).toFixed(1)}%`,
      ]),
    },
  }
}

function stepsOf({ steps }: Pick<ModelFacts, 'steps'>): string {
  const known = Object.entries(steps)
  const [first] = known
  if (first && known.every(([, length]) => length === first[1])) return count(first[1], 'step')
  return known.map(([modality, length]) => `${count(length, 'step')} of ${modality}`).join(', ')
}

function settingsText(settings: ModelFacts['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${plain(value)}`)
    .join('; ')
}

/** A setting's value for people: lists by commas, and what is set by name. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const set = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return set.length === 0
    ? 'none'
    : set.map(([name, inner]) => `${name} ${plain(inner)}`).join(', ')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function count(number: number, unit: string): string {
  return `${number.toLocaleString('en')} ${unit}${number === 1 ? '' : 's'}`
}

/** 1234567 as "1.23 million". */
function quantity(number: number): string {
  if (number >= 1e9) return `${(number / 1e9).toFixed(2)} billion`
  if (number >= 1e6) return `${(number / 1e6).toFixed(2)} million`
  return number.toLocaleString('en')
}
