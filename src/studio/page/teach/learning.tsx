/** What learns, and the button that begins. */
import { useState } from 'preact/hooks'
import type { LearnerChoice } from '../../worker/teach/layers.js'
import type { Learner, Take } from '../../worker/teach/take.js'
import { texts } from '../texts.js'
import { type LessonsState, learn, stopLearning } from './lessons.js'

/** Whether something can learn from a take. */
const isUsable =
  (learner: Learner) =>
  ({ rows, features }: Take): boolean =>
    learner.kind === 'fusion' ? rows.length > 0 : features !== undefined

/** What can learn of the chosen model; of the starter models also their fusion. */
function choicesOf({ of, about }: LessonsState, labels: readonly string[]): LearnerChoice[] {
  const count = labels.length
  const fusion: LearnerChoice = {
    learner: { kind: 'fusion' },
    parameters: 2 * count * count + count,
  }
  return [...(of === 'starter' ? [fusion] : []), ...(about?.choices ?? [])]
}

const keyOf = (learner: Learner) => (learner.kind === 'fusion' ? 'fusion' : String(learner.last))

export function Learning(props: {
  readonly state: LessonsState
  readonly labels: readonly string[]
}) {
  const { state, labels } = props
  const { lessons, about, isBusy } = state
  const [key, setKey] = useState<string>()
  const choices = choicesOf(state, labels)
  const possible = choices.filter(({ problem }) => problem === undefined)
  const wanted = key ?? (lessons.taught && keyOf(lessons.taught.learner))
  const chosen = possible.find(({ learner }) => keyOf(learner) === wanted) ?? possible[0]
  const takes = chosen ? lessons.takes.filter(isUsable(chosen.learner)) : []
  const counts = labels.map((_, at) => takes.filter(({ label }) => label === at).length)
  const canLearn = counts.filter((count) => count > 0).length > 1 && Math.max(...counts) > 1
  return (
    <>
      <div class="tools">
        <label>
          {texts.teach.whatLearns}{' '}
          <select
            value={chosen && keyOf(chosen.learner)}
            disabled={isBusy || possible.length === 0}
            onChange={({ currentTarget: { value } }) => setKey(value)}
          >
            {choices.map(({ learner, parameters, problem }) => (
              <option key={keyOf(learner)} value={keyOf(learner)} disabled={problem !== undefined}>
                {texts.teach.choice(
                  texts.teach.learner(learner, state.of === 'starter'),
                  parameters,
                )}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="strong"
          disabled={!canLearn || isBusy || !chosen}
          onClick={() => chosen && void learn(chosen.learner)}
        >
          {texts.teach.learn}
        </button>
        {lessons.learning && isBusy && (
          <button type="button" onClick={stopLearning}>
            {texts.teach.stop}
          </button>
        )}
      </div>
      {about?.problem !== undefined && <p>{texts.teach.cannot(about.problem)}</p>}
      {choices.map(
        ({ learner, problem }) =>
          problem !== undefined && (
            <p key={keyOf(learner)}>
              {texts.teach.tooLarge(texts.teach.learner(learner, state.of === 'starter'), problem)}
            </p>
          ),
      )}
      {chosen && takes.length < lessons.takes.length && (
        <p class="quiet">{texts.teach.usable(takes.length, lessons.takes.length)}</p>
      )}
      {!canLearn && <p class="quiet">{texts.teach.few}</p>}
    </>
  )
}
