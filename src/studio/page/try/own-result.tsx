/** What a model of the reader's own answers: to a recording, or to a file of samples. */
import { useMemo, useRef } from 'preact/hooks'
import { fixed } from '../../../base/numbers.js'
import type { Transcript } from '../../../media/words/transcript.js'
import { recordingChart, type Track } from '../../../report/charts/recording/recording-chart.js'
import { predictionTable } from '../../../report/tables/predictions.js'
import type { Table } from '../../../report/tables/table.js'
import type { LineFailure } from '../../../use/lines.js'
import type { Prediction } from '../../../use/trained-model.js'
import type { OwnRecognised } from '../../worker/messages.js'
import { Figure } from '../parts/figure.js'
import { Problem } from '../parts/notice.js'
import { TableView } from '../parts/table.js'
import { percent } from '../parts/words.js'
import { texts } from '../texts.js'
import { useCursor } from './cursor.js'
import { Player } from './player.js'

interface OwnResultProps {
  readonly file: File
  readonly recognised: OwnRecognised
  readonly transcript?: Transcript
}

export function OwnResult({ file, recognised, transcript }: OwnResultProps) {
  const { answer, about, picture, remarks } = recognised
  const place = useRef<HTMLDivElement>(null)
  useCursor(place)
  const svg = useMemo(() => chartOf(recognised, transcript), [recognised, transcript])
  return (
    <div ref={place}>
      <p class="now">{answer.said}</p>
      <Player file={file} picture={picture} />
      {svg !== undefined && <Figure svg={svg} name={file.name} />}
      <TableView table={tableOf(recognised)} name={file.name} />
      {remarks.map((remark) => (
        <p key={remark} class="quiet">
          {remark}
        </p>
      ))}
      <p class="quiet">
        {texts.model.about(about.kind, about.trainedOn, about.inputs.map(texts.inputs).join(', '))}
        {about.isSynthetic && ` ${texts.model.synthetic}`}
      </p>
    </div>
  )
}

/** The most outputs that have a curve: those with the highest scores. */
const mostCurves = 5

function chartOf(
  { about, answer, timeline, duration, spectrogram }: OwnRecognised,
  transcript: Transcript | undefined,
): string | undefined {
  const words = (transcript?.words ?? []).filter(({ start, end }) => start < duration && end > 0)
  const curves = [...about.outputs.entries()]
    .sort(([one], [other]) => (answer.scores[other] ?? 0) - (answer.scores[one] ?? 0))
    .slice(0, mostCurves)
    .map(([at, name]) => ({ name, values: timeline.map(({ scores }) => scores[at]) }))
  const tracks: Track[] = [
    ...(timeline.length > 0
      ? [
          {
            ...{ kind: 'curves' as const, title: texts.try.answers, moments: timeline, curves },
            ...(about.range[0] < 0 && { range: about.range }),
          },
        ]
      : []),
    ...(spectrogram && spectrogram.levels.length > 0
      ? [{ kind: 'spectrogram' as const, title: texts.live.sounds, ...spectrogram }]
      : []),
    ...(words.length > 0 ? [{ kind: 'words' as const, title: texts.try.words, words }] : []),
  ]
  if (tracks.length === 0 || !(duration > 0)) return undefined
  return recordingChart({ title: texts.try.overTime, duration, tracks })
}

/** The scores with all inputs, and with each alone. */
function tableOf({ about: { outputs, range }, answer }: OwnRecognised): Table {
  const { present, scores, subsets } = answer
  const write = (score: number | undefined) =>
    score === undefined ? '' : range[0] < 0 ? fixed(score, 2) : percent(score)
  return {
    columns: [
      { header: texts.try.answers, align: 'left' },
      { header: texts.try.together, align: 'right' },
      ...present.map((name) => ({
        header: texts.try.alone(texts.inputs(name)),
        align: 'right' as const,
      })),
    ],
    rows: outputs.map((name, at) => [
      name,
      write(scores[at]),
      ...present.map((_, place) => write(subsets[1 << place]?.[at])),
    ]),
  }
}

/** The answers to a file of samples. */
export function SampleAnswers(props: {
  readonly answers: readonly (Prediction | LineFailure)[]
  readonly name: string
}) {
  const { answers, name } = props
  const told = answers.flatMap((answer) => ('error' in answer ? [] : [answer]))
  const failed = answers.flatMap((answer) => ('error' in answer ? [answer] : []))
  const [first] = failed
  return (
    <>
      {first && (
        <Problem>
          {texts.try.failures(failed.length)}: {first.error}
        </Problem>
      )}
      {told.length > 0 && (
        <TableView table={predictionTable(told, texts.try.samples)} name={name} />
      )}
    </>
  )
}
