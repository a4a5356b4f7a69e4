/** The latest answer: its scores, and the contributions of the senses or inputs to it. */
import { fixed } from '../../../base/numbers.js'
import { percent } from '../parts/words.js'
import { texts } from '../texts.js'
import { colourAt } from './draw.js'
import type { LiveView } from './session.js'
import { sharesOf } from './shown.js'

export function Answer({ view }: { readonly view: LiveView }) {
  const { history, outputs, range, inputs, own } = view
  const answer = history.at(-1)
  const scores = answer?.scores ?? []
  const best = scores.indexOf(Math.max(...scores))
  const name = outputs[best]
  const parts = answer && name !== undefined ? sharesOf(answer, best) : undefined
  const title = own ? texts.live.outputs : texts.live.emotions
  return (
    <section aria-label={title}>
      <p class="now">
        {name === undefined
          ? texts.live.nothing
          : (answer?.said ?? texts.live.answer(name, percent(scores[best] ?? 0)))}
      </p>
      <table class="bars">
        <caption>{title}</caption>
        <tbody>
          {outputs.map((output, place) => (
            <Bar
              key={output}
              name={output}
              value={scores[place]}
              range={range}
              colour={colourAt(place)}
              isSigned={range[0] < 0}
            />
          ))}
        </tbody>
      </table>
      {parts && name !== undefined && (
        <>
          <table class="bars adds">
            <caption>{texts.live.adds(name)}</caption>
            <tbody>
              <Bar
                name={own ? texts.live.nothingGiven : texts.live.equal}
                value={parts.base}
                range={range}
                colour="currentColor"
                isSigned
              />
              {inputs.map((input) => (
                <Bar
                  key={input}
                  name={texts.inputs(input)}
                  value={parts.adds.get(input)}
                  range={range}
                  colour="currentColor"
                  isSigned
                />
              ))}
            </tbody>
          </table>
          <p class="quiet hint">{own ? texts.live.ownHint : texts.live.addsHint}</p>
        </>
      )}
    </section>
  )
}

interface BarProps {
  readonly name: string
  readonly value: number | undefined
  readonly range: LiveView['range']
  readonly colour: string
  /** Whether the bar extends to both sides of a middle. */
  readonly isSigned?: boolean
}

function Bar({ name, value, range: [lowest, highest], colour, isSigned = false }: BarProps) {
  const size = Math.min(Math.abs(value ?? 0) / highest, 1)
  const left = isSigned ? (value !== undefined && value < 0 ? 50 - 50 * size : 50) : 0
  const width = (isSigned ? 50 : 100) * size
  const sign = isSigned && value !== undefined && value > 0 ? '+' : ''
  const text = (score: number) => (lowest < 0 ? fixed(score, 2) : percent(score))
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
      <td class="right">{value === undefined ? '–' : `${sign}${text(value)}`}</td>
    </tr>
  )
}
