/** Recognises emotions from camera and microphone. */
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { senses } from '../../../recognise/index.js'
import { download } from '../parts/download.js'
import { Problem, Waiting } from '../parts/notice.js'
import { texts } from '../texts.js'
import { Answer } from './answer.js'
import { Camera } from './camera.js'
import { drawCurves } from './draw.js'
import { session, shownSeconds } from './session.js'

export function LivePlace() {
  const [view, setView] = useState(session.view)
  useEffect(() => session.listen(() => setView(session.view)), [])
  const { state, mistake } = view
  const isOn = state === 'on' || state === 'paused'
  return (
    <div class="wider">
      <h1>{texts.live.title}</h1>
      <p>{texts.live.about}</p>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
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
            <Senses />
          </>
        ) : (
          <button
            type="button"
            class="strong"
            disabled={state === 'opening'}
            onClick={() => session.start()}
          >
            {texts.live.start}
          </button>
        )}
      </div>
      {state === 'opening' && <Waiting>{texts.live.opening}</Waiting>}
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

function Senses() {
  const { senses: used } = session.view
  return (
    <fieldset class="plain">
      <legend>{texts.live.uses}</legend>
      {senses.map((sense) => (
        <label key={sense}>
          <input
            type="checkbox"
            checked={used.includes(sense)}
            onChange={({ currentTarget: { checked } }) =>
              session.use(senses.filter((one) => (one === sense ? checked : used.includes(one))))
            }
          />{' '}
          {texts.live.senses[sense]}
        </label>
      ))}
    </fieldset>
  )
}

/** Curves and sound of the last minute. */
function Minute() {
  const curves = useRef<HTMLCanvasElement>(null)
  const sound = useRef<HTMLCanvasElement>(null)
  useEffect(
    () =>
      session.listen(() => {
        const { emotions } = session.view
        if (curves.current) drawCurves(curves.current, session.view, emotions, shownSeconds)
        if (sound.current) session.strip.draw(sound.current)
      }),
    [],
  )
  return (
    <>
      <Strip title={texts.live.curves} canvas={curves} kind="strip curves" height={220} />
      <Strip title={texts.live.sound} canvas={sound} kind="strip" height={128} />
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
