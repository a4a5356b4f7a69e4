/** Recognises emotions from camera and microphone. */
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { download } from '../parts/download.js'
import { ModelChoice } from '../parts/model.js'
import { Problem, Waiting } from '../parts/notice.js'
import { WordsField } from '../parts/words-field.js'
import { useModel } from '../state/model.js'
import { useShared } from '../state/shared.js'
import { texts } from '../texts.js'
import { Answer } from './answer.js'
import { drawAttended, drawHeard } from './attention.js'
import { Camera } from './camera.js'
import { drawCurves } from './draw.js'
import { session, shownSeconds } from './session.js'

export function LivePlace({ isStatic }: { readonly isStatic: boolean }) {
  const view = useShared(session.shown)
  const { isOpening, about } = useModel()
  const { state, mistake } = view
  const isOn = state === 'on' || state === 'paused'
  return (
    <div class="wider">
      <h1>{texts.live.title}</h1>
      <p>{texts.live.about}</p>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {!isOn && <ModelChoice isStatic={isStatic} />}
      <div class="tools">
        {isOn ? (
          <>
            <button type="button" onClick={() => session.stop()}>
              {texts.live.stop}
            </button>
            <button type="button" onClick={() => session.pause(state === 'on')}>
              {state === 'on' ? texts.live.pause : texts.live.goOn}
            </button>
            <button type="button" onClick={() => session.mark()}>
              {texts.live.mark}
            </button>
            <Inputs />
          </>
        ) : (
          <button
            type="button"
            class="strong"
            disabled={state === 'opening' || isOpening}
            onClick={() => session.start()}
          >
            {texts.live.start}
          </button>
        )}
      </div>
      {state === 'opening' && <Waiting>{texts.live.opening}</Waiting>}
      {about?.parts.includes('text') && (
        <WordsField text={view.wishes.words} change={({ text }) => session.wish({ words: text })} />
      )}
      {isOn && (
        <>
          <div class="live">
            <Camera />
            <Answer view={view} />
          </div>
          <Minute />
          <Keeping />
        </>
      )}
    </div>
  )
}

function Inputs() {
  const { inputs, wishes, own } = session.view
  return (
    <>
      <fieldset class="plain">
        <legend>{texts.live.uses}</legend>
        {inputs.map((input) => (
          <label key={input}>
            <input
              type="checkbox"
              checked={wishes.inputs.includes(input)}
              onChange={({ currentTarget: { checked } }) =>
                session.wish({
                  inputs: inputs.filter((one) =>
                    one === input ? checked : wishes.inputs.includes(one),
                  ),
                })
              }
            />{' '}
            {texts.inputs(input)}
          </label>
        ))}
      </fieldset>
      {own && (
        <label>
          {texts.model.seconds}{' '}
          <input
            type="number"
            min={1}
            max={30}
            value={wishes.seconds}
            onInput={({ currentTarget: { valueAsNumber } }) => {
              if (valueAsNumber >= 1 && valueAsNumber <= 30)
                session.wish({ seconds: valueAsNumber })
            }}
          />
        </label>
      )}
    </>
  )
}

/** Curves and sound of the last minute. */
function Minute() {
  const curves = useRef<HTMLCanvasElement>(null)
  const sound = useRef<HTMLCanvasElement>(null)
  useEffect(
    () =>
      session.shown.listen(() => {
        if (curves.current) drawCurves(curves.current, session.view, shownSeconds)
        if (!sound.current) return
        session.strip.draw(sound.current)
        const end = session.strip.end ?? session.view.history.at(-1)?.time
        drawHeard(sound.current, session.view, end, shownSeconds)
        drawAttended(sound.current, session.view, end, shownSeconds)
      }),
    [],
  )
  return (
    <>
      <Strip title={texts.live.curves} canvas={curves} kind="strip curves" height={220} />
      <Strip title={texts.live.sound} canvas={sound} kind="strip" height={128} />
      {session.view.attention && <p class="quiet">{texts.live.attention}</p>}
    </>
  )
}

/** A drawn strip under its title. */
function Strip(props: {
  readonly title: string
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly kind: string
  readonly height: number
}) {
  const { title, canvas, kind, height } = props
  return (
    <>
      <h2>{title}</h2>
      <canvas
        ref={canvas}
        class={kind}
        width={1200}
        height={height}
        role="img"
        aria-label={title}
      />
    </>
  )
}

/** Answers are kept only on request, and then saved only to a file. */
function Keeping() {
  const [isKept, setKept] = useState(false)
  const { kept, marks, rate, delay } = session.view
  return (
    <div class="tools">
      <label>
        <input
          type="checkbox"
          checked={isKept}
          onChange={({ currentTarget: { checked } }) => {
            setKept(checked)
            session.keep(checked)
          }}
        />{' '}
        {texts.live.keep}
      </label>
      <button
        type="button"
        disabled={kept === 0}
        onClick={() => download(session.lines(), 'session.jsonl')}
      >
        {texts.live.save}
      </button>
      {marks.length > 0 && <span class="quiet">{texts.live.marks(marks.length)}</span>}
      <span class="quiet rate">{texts.live.rate(rate.toFixed(1), delay.toFixed(0))}</span>
    </div>
  )
}
