/** The result of extracting a corpus, with some of its clips to look at. */
import { fixed, mean } from '../../../base/numbers.js'
import { type Dataset, namedFeatures, splitNames } from '../../../data/dataset.js'
import { shapeOf, typeOf } from '../../../data/feature.js'
import type { FacePicture, Spectrogram } from '../../../recognise/index.js'
import { recordingChart, type Track } from '../../charts/recording/recording-chart.js'
import type { Block, Section } from '../../html/report.js'
import type { Table } from '../../tables/table.js'
import { type Page, PageFigures } from '../page.js'

/** One clip to look at, on its own time axis in seconds. */
export interface ExtractionSample {
  readonly id: string
  readonly className?: string
  readonly text?: string
  readonly words?: readonly {
    readonly word: string
    readonly start: number
    readonly end: number
  }[]
  /** Seconds. */
  readonly duration: number
  readonly frames: readonly FacePicture[]
  readonly faces: readonly FacePicture[]
  readonly spectrogram?: Spectrogram
  readonly remarks: readonly string[]
}

export interface ExtractionContent {
  /** The data set that was written. */
  readonly dataset: Dataset
  readonly samples: readonly ExtractionSample[]
  /** Clips that gave no sample. */
  readonly left: readonly { readonly id: string; readonly reason: string }[]
  readonly footer?: string
}

/** The page of an extraction. */
export async function extractionPage(content: ExtractionContent): Promise<Page> {
  const { dataset, samples, left, footer } = content
  const figures = new PageFigures()
  const clips = splitNames.reduce((sum, name) => sum + dataset.splits[name].ids.length, 0)
  const sections: Section[] = [
    {
      title: 'What was made',
      blocks: [
        { kind: 'table', table: featureTable(dataset) },
        ...(dataset.classNames ? [{ kind: 'table' as const, table: classTable(dataset) }] : []),
        ...(dataset.notes.length > 0
          ? [{ kind: 'prose' as const, text: dataset.notes.join('\n\n') }]
          : []),
      ],
    },
  ]
  for (const sample of samples) {
    sections.push({ title: sample.id, blocks: await sampleBlocks(sample, figures) })
  }
  if (left.length > 0) {
    const columns = [{ header: 'Clip' }, { header: 'Reason' }]
    const table = { columns, rows: left.map(({ id, reason }) => [id, reason]) }
    sections.push({ title: 'Left out', blocks: [{ kind: 'table', table }] })
  }
  const recipe = dataset.recipe ? `, recipe ${dataset.recipe.name}` : ''
  const subtitle = `${clips} clips${recipe}`
  return figures.page({
    ...{ title: dataset.name, subtitle, sections },
    ...(footer !== undefined && { footer }),
  })
}

/** Steps are averaged over all samples. */
function featureTable({ splits }: Dataset): Table {
  const all = splitNames.map((name) => splits[name])
  return {
    caption: 'The features of a clip, and their steps over all clips.',
    columns: [
      { header: 'Feature' },
      { header: 'A step' },
      ...['Mean', 'Shortest', 'Longest'].map((header) => ({ header, align: 'right' as const })),
    ],
    rows: namedFeatures(splits.train.features).map(([name, feature]) => {
      const lengths = all.flatMap(({ features }) => [...(features[name]?.lengths ?? [])])
      const [shortest, longest] = [
        lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY),
        lengths.reduce((most, length) => Math.max(most, length), 0),
      ]
      const step = `${typeOf(feature)} [${shapeOf(feature).join(', ')}]`
      return [name, step, fixed(mean(lengths), 1), shortest, longest]
    }),
  }
}

function classTable({ splits, classNames = [] }: Dataset): Table {
  return {
    caption: 'Clips of each class.',
    columns: [
      { header: 'Class' },
      ...splitNames.map((header) => ({ header, align: 'right' as const })),
    ],
    rows: classNames.map((className, place) => [
      className,
      ...splitNames.map(
        (name) => (splits[name].targets.classes ?? []).filter((one) => one === place).length,
      ),
    ]),
  }
}

async function sampleBlocks(sample: ExtractionSample, figures: PageFigures): Promise<Block[]> {
  const { id, className, text, duration, remarks } = sample
  const facts = [
    ...(className === undefined ? [] : [['Class', className] as const]),
    ...(text === undefined ? [] : [['Words', text] as const]),
    ['Duration', `${fixed(duration, 1)} s`] as const,
    ...remarks.map((remark) => ['Remark', remark] as const),
  ]
  const tracks = tracksOf(sample)
  if (tracks.length === 0 || !(duration > 0)) return [{ kind: 'facts', facts }]
  const svg = recordingChart({ title: `${id} over time`, duration, tracks })
  const shown = tracks.map(({ title }) => title.toLowerCase()).join(', ')
  return [{ kind: 'facts', facts }, await figures.add(['clip', id], svg, `In ${id}: ${shown}.`)]
}

function tracksOf({ frames, faces, spectrogram, words }: ExtractionSample): Track[] {
  return [
    ...(frames.length > 0
      ? [{ kind: 'pictures' as const, title: 'Frames', pictures: frames }]
      : []),
    ...(frames.length > 0 ? [{ kind: 'pictures' as const, title: 'Faces', pictures: faces }] : []),
    ...(spectrogram && spectrogram.levels.length > 0
      ? [{ kind: 'spectrogram' as const, title: 'Sound', ...spectrogram }]
      : []),
    ...(words && words.length > 0 ? [{ kind: 'words' as const, title: 'Words', words }] : []),
  ]
}
