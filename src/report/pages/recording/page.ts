/** A recording and what is recognised in it, with one cursor for all figures. */
import { fixed } from '../../../base/numbers.js'
import { capitalised } from '../../../base/text/words.js'
import {
  type FacePicture,
  type Recognition,
  type Sense,
  type Spectrogram,
  senses,
} from '../../../recognise/index.js'
import { recordingChart, type Track } from '../../charts/recording/recording-chart.js'
import type { Block, Section } from '../../html/report.js'
import type { Table } from '../../tables/table.js'
import { likeliestFirst, starterNotice, sureness } from '../../text/recognition.js'
import { type Page, PageFigures } from '../page.js'

export interface RecordingContent {
  readonly recognition: Recognition
  /** The URL of the recording, relative to the page. */
  readonly recording: string
  /** Whether it has a picture to play. */
  readonly picture: boolean
  readonly faces: readonly FacePicture[]
  readonly spectrogram?: Spectrogram
  readonly footer?: string
}

/** The number of emotions that have a curve: the likeliest ones. */
const mostCurves = 5

/** The page of a recording. While it plays, all figures show the current time. */
export async function recordingPage(content: RecordingContent): Promise<Page> {
  const { recognition, recording, picture, footer } = content
  const { name, emotion, probabilities, remarks } = recognition
  const figures = new PageFigures()
  const svg = recordingChart({
    title: 'The recording over time',
    duration: recognition.duration,
    tracks: tracksOf(content),
  })
  const caption =
    'Emotions of voice and face together, the faces that were seen, and the sound; click to go there.'
  const sections: Section[] = [
    {
      title: 'Over time',
      blocks: [
        { kind: 'player', recording, picture },
        await figures.add(['recording'], svg, caption),
      ],
    },
    { title: 'What voice and face say', blocks: sensesBlocks(recognition) },
    {
      title: 'About this answer',
      blocks: [
        { kind: 'notice', text: `${starterNotice}.` },
        ...(remarks.length > 0 ? [{ kind: 'prose' as const, text: remarks.join('\n\n') }] : []),
      ],
    },
  ]
  const subtitle =
    emotion === undefined
      ? 'Nothing to be heard or seen'
      : `${emotion}, ${sureness(probabilities)}; ${fixed(recognition.duration, 1)} s`
  return figures.page({ title: name, subtitle, sections, ...(footer !== undefined && { footer }) })
}

/** What is drawn of a recording over time. */
export function tracksOf({
  recognition,
  faces,
  spectrogram,
}: Pick<RecordingContent, 'recognition' | 'faces' | 'spectrogram'>): Track[] {
  const { timeline: moments } = recognition
  const curves = likeliestFirst(recognition)
    .slice(0, mostCurves)
    .map((place) => ({
      name: recognition.emotions[place] ?? '',
      values: moments.map((moment) => moment.probabilities?.[place]),
    }))
  return [
    { kind: 'curves', title: 'Emotions', moments, curves },
    ...(faces.length > 0 ? [{ kind: 'pictures' as const, title: 'Face', pictures: faces }] : []),
    ...(spectrogram && spectrogram.levels.length > 0
      ? [{ kind: 'spectrogram' as const, title: 'Sound', ...spectrogram }]
      : []),
  ]
}

/** What each sense says alone, and both together; nothing where none says anything. */
export function sensesBlocks(recognition: Recognition): Block[] {
  const told = senses.filter((sense) => recognition.alone[sense])
  if (told.length === 0) return []
  const text =
    told.length === 1
      ? `Only the ${told[0]} says anything here.`
      : 'Each sense alone, and both together: their geometric mean, moment by moment, over the emotions that both models know.'
  return [
    { kind: 'prose', text },
    { kind: 'table', table: sensesTable(recognition, told) },
  ]
}

function sensesTable(recognition: Recognition, told: readonly Sense[]): Table {
  const { emotions, probabilities, alone } = recognition
  const share = (value: number | undefined) => `${fixed(100 * (value ?? 0), 0)} %`
  return {
    columns: [
      { header: 'Emotion' },
      { header: 'Together', align: 'right' },
      ...told.map((sense) => ({ header: `${capitalised(sense)} alone`, align: 'right' as const })),
    ],
    rows: likeliestFirst(recognition).map((place) => [
      emotions[place] ?? '',
      share(probabilities[place]),
      ...told.map((sense) => share(alone[sense]?.[place])),
    ]),
  }
}
