/** Plays the recording of a sample with the browser's own player, beside its words. */
import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import type { CorpusRow, MediumPart } from '../../protocol.js'
import { refuseMistake } from '../state/server.js'
import { texts } from '../texts.js'
import { Problem } from './notice.js'

/** More pictures of a sample are passed over evenly. */
const mostPictures = 8

/** @param list the key of the list that the row is from */
export function MediumView({ list, row }: { readonly list: string; readonly row: CorpusRow }) {
  const { index, id, words, medium } = row
  if (!medium) return null
  const { video, sound, pictures = 0, channel, half } = medium
  const address = (part: string) => `./api/samples/${list}/${index}/${part}`
  const shown = Math.min(pictures, mostPictures)
  const sides = [
    ...(channel ? [texts.data.channel(channel)] : []),
    ...(half ? [texts.data.half(half)] : []),
  ]
  return (
    <div class="medium">
      {video && <Playing kind="video" address={address('video')} part={video} id={id} />}
      {shown > 0 && (
        <div class="pictures">
          {Array.from({ length: shown }, (_, at) => {
            const place = Math.floor(((at + 0.5) * pictures) / shown)
            return (
              <img
                key={place}
                src={address(`picture-${place}`)}
                alt={texts.data.picture(place + 1, pictures, id)}
              />
            )
          })}
        </div>
      )}
      {sound && <Playing kind="audio" address={address('sound')} part={sound} id={id} />}
      {words !== undefined && <blockquote>{words}</blockquote>}
      {sides.map((side) => (
        <p key={side} class="quiet">
          {side}
        </p>
      ))}
    </div>
  )
}

interface PlayingProps {
  readonly kind: 'video' | 'audio'
  readonly address: string
  readonly part: MediumPart
  readonly id: string
}

function Playing({ kind, address, part: { start, end }, id }: PlayingProps) {
  const [mistake, setMistake] = useState<string>()
  const range = start === undefined && end === undefined ? '' : `#t=${start ?? 0},${end ?? ''}`
  const props = {
    ...{ class: 'player', controls: true, preload: 'metadata' as const },
    src: `${address}${range.replace(/,$/, '')}`,
    'aria-label': texts.data.recording(id),
    // What the server says tells more than the player does.
    onError: () => {
      faultOf(address).then(
        () => setMistake(texts.data.unplayable),
        (error: unknown) => setMistake(messageOf(error)),
      )
    },
  }
  if (mistake !== undefined) return <Problem>{mistake}</Problem>
  return kind === 'video' ? <video {...props} /> : <audio {...props} />
}

/** Throws what the server says, if it is the server that does not give the recording. */
async function faultOf(address: string): Promise<void> {
  const response = await fetch(address, { headers: { range: 'bytes=0-0' } })
  await refuseMistake(response)
}
