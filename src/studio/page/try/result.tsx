/** The starter models' result for a file: the player, and the emotions over time with a shared cursor. */
import { useMemo, useRef } from 'preact/hooks'
import type { Transcript } from '../../../media/words/transcript.js'
import { recordingChart } from '../../../report/charts/recording/recording-chart.js'
import { sensesBlocks, tracksOf } from '../../../report/pages/recording/page.js'
import { starterNotice, sureness } from '../../../report/text/recognition.js'
import type { Recognised } from '../../worker/messages.js'
import { Figure } from '../parts/figure.js'
import { TableView } from '../parts/table.js'
import { texts } from '../texts.js'
import { useCursor } from './cursor.js'
import { Player } from './player.js'

interface ResultProps {
  readonly file: File
  readonly recognised: Recognised
  readonly transcript?: Transcript
}

export function Result({ file, recognised, transcript }: ResultProps) {
  const { recognition, picture } = recognised
  const { emotion, probabilities, duration, remarks } = recognition
  const place = useRef<HTMLDivElement>(null)
  useCursor(place)
  const svg = useMemo(() => {
    const words = (transcript?.words ?? []).filter(({ start, end }) => start < duration && end > 0)
    return recordingChart({
      title: texts.try.overTime,
      duration,
      tracks: [
        ...tracksOf(recognised),
        ...(words.length > 0 ? [{ kind: 'words' as const, title: texts.try.words, words }] : []),
      ],
    })
  }, [recognised, transcript, duration])
  return (
    <div ref={place}>
      <p class="now">
        {emotion === undefined ? texts.try.nothing : `${emotion}, ${sureness(probabilities)}`}
      </p>
      <Player file={file} picture={picture} />
      {emotion !== undefined && <Figure svg={svg} name={file.name} />}
      {sensesBlocks(recognition).map((block) =>
        block.kind === 'table' ? (
          <TableView key="table" table={block.table} name={file.name} />
        ) : (
          block.kind === 'prose' && <p key="prose">{block.text}</p>
        ),
      )}
      {remarks.map((remark) => (
        <p key={remark} class="quiet">
          {remark}
        </p>
      ))}
      <p class="quiet">{starterNotice}.</p>
    </div>
  )
}
