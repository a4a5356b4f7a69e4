/** The latest answer: its emotions, and the contributions of voice and face. */
import { senses } from '../../../recognise/index.js'
import { percent } from '../parts/words.js'
import { texts } from '../texts.js'
import { colourAt } from './draw.js'
import type { LiveView } from './session.js'
import { sharesOf } from './shares.js'

export function Answer({ view: { history, emotions } }: { readonly view: LiveView }) {
  const answer = history.at(-1)
  const shares = answer?.probabilities ?? []
  const best = shares.indexOf(Math.max(...shares))
  const emotion = emotions[best]
  const parts = answer && emotion !== undefined ? sharesOf(answer, best) : undefined
  return (
    <section aria-label={texts.live.emotions}>
      <p class="now">
        {emotion === undefined
          ? texts.live.nothing
          : texts.live.answer(emotion, percent(shares[best] ?? 0))}
      </p>
      <table class="bars">
        <caption>{texts.live.emotions}</caption>
        <tbody>
          {emotions.map((name, place) => (
            <Bar key={name} name={name} share={shares[place]} colour={colourAt(place)} />
          ))}
        </tbody>
      </table>
      {parts && emotion !== undefined && (
        <>
          <table class="bars adds">
            <caption>{texts.live.adds(emotion)}</caption>
            <tbody>
              <Bar name={texts.live.equal} share={parts.equal} colour="currentColor" />
              {senses.map((sense) => (
                <Bar
                  key={sense}
                  name={texts.live.senses[sense]}
                  share={parts.adds[sense]}
                  colour="currentColor"
                  isSigned
                />
              ))}
            </tbody>
          </table>
          <p class="quiet hint">{texts.live.addsHint}</p>
        </>
      )}
    </section>
  )
}

interface BarProps {
  readonly name: string
  readonly share: number | undefined
  readonly colour: string
  /** Whether the bar extends to both sides of a middle. */
  readonly isSigned?: boolean
}

function Bar({ name, share, colour, isSigned = false }: BarProps) {
  const size = Math.min(Math.abs(share ?? 0), 1)
  const left = isSigned ? (share !== undefined && share < 0 ? 50 - 50 * size : 50) : 0
  const width = (isSigned ? 50 : 100) * size
  const sign = isSigned && share !== undefined && share > 0 ? '+' : ''
  return (
    <tr>
      <th scope="row" class="left name">
        {name}
      </th>
      <td class="room" aria-hidden="true">
        <span
          style={{ marginLeft: `${left}%`, width: `${width}%`, background: colour }}
          class="bar-fill"
        />
      </td>
      <td class="right">{share === undefined ? '–' : `${sign}${percent(share)}`}</td>
    </tr>
  )
}
