/** The result for a file: the player, and the emotions over time with a shared cursor. */
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Transcript } from '../../../media/words/transcript.js'
import { recordingChart } from '../../../report/charts/recording/recording-chart.js'
import { sensesBlocks, tracksOf } from '../../../report/pages/recording/page.js'
import { starterNotice, sureness } from '../../../report/text/recognition.js'
import type { Recognised } from '../../worker/messages.js'
import { Figure } from '../parts/figure.js'
import { TableView } from '../parts/table.js'
import { texts } from '../texts.js'

interface ResultProps {
  readonly file: File
  readonly recognised: Recognised
  readonly transcript?: Transcript
}

export function Result({ file, recognised, transcript }: ResultProps) {
  const { recognition, picture } = recognised
  const { emotion, probabilities, duration, remarks } = recognition
  const address = useMemo(() => URL.createObjectURL(file), [file])
  useEffect(() => () => URL.revokeObjectURL(address), [address])
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
  const isImage = file.type.startsWith('image/')
  return (
    <div ref={place}>
      <p class="now">
        {emotion === undefined ? texts.try.nothing : `${emotion}, ${sureness(probabilities)}`}
      </p>
      {isImage ? (
        <img class="player" src={address} alt={file.name} />
      ) : picture ? (
        // biome-ignore lint/a11y/useMediaCaption: the words are shown beside, where there are some
        <video class="player" controls src={address} aria-label={texts.try.player} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: the words are shown beside, where there are some
        <audio class="player" controls src={address} aria-label={texts.try.player} />
      )}
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

/** Moves the chart's cursor with the player; a click in the chart seeks to that time. */
function useCursor(place: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    const { current } = place
    const media = current?.querySelector('video, audio')
    if (!current || !(media instanceof HTMLMediaElement)) return
    let frame = 0
    const show = () => {
      const cursor = current.querySelector<SVGLineElement>('.cursor')
      if (!cursor) return
      const { width = '0', duration = '1' } = cursor.dataset
      const share = Math.min(media.currentTime / Number(duration), 1)
      cursor.setAttribute('transform', `translate(${share * Number(width)},0)`)
    }
    const follow = () => {
      show()
      if (!media.paused) frame = requestAnimationFrame(follow)
    }
    const seek = (event: MouseEvent) => {
      const cursor = current.querySelector<SVGLineElement>('.cursor')
      const group = cursor?.parentNode
      const isChart = event.target instanceof Element && event.target.closest('svg') !== null
      if (!cursor || !isChart || !(group instanceof SVGGraphicsElement)) return
      const start = group.getScreenCTM()?.inverse()
      const { width = '1', duration = '1' } = cursor.dataset
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(start).x
      media.currentTime = Math.max(0, (at / Number(width)) * Number(duration))
    }
    const events = ['play', 'seeked', 'timeupdate'] as const
    for (const event of events) media.addEventListener(event, follow)
    current.addEventListener('click', seek)
    return () => {
      cancelAnimationFrame(frame)
      for (const event of events) media.removeEventListener(event, follow)
      current.removeEventListener('click', seek)
    }
  }, [place])
}
