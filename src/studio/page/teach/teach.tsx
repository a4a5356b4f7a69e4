/** Teaches the starter models, or one of the reader's own, how one person shows something. */
import { Answer } from '../live/answer.js'
import { Camera } from '../live/camera.js'
import { session } from '../live/session.js'
import { download } from '../parts/download.js'
import { FileButton } from '../parts/file-button.js'
import { ModelChoice } from '../parts/model.js'
import { Problem, Waiting } from '../parts/notice.js'
import { useModel } from '../state/model.js'
import { useShared } from '../state/shared.js'
import { texts } from '../texts.js'
import { Learning } from './learning.js'
import {
  forget,
  type LessonsState,
  labelsOf,
  lessonsFile,
  openFile,
  record,
  useLessons,
} from './lessons.js'
import { lessonsNow } from './restore.js'
import { Result } from './result.js'

export function TeachPlace({ isStatic }: { readonly isStatic: boolean }) {
  const view = useShared(session.shown)
  const { about, isOpening, source } = useModel()
  const state = useLessons(isOpening ? undefined : (about ?? source))
  // The session goes on with the model that it began with.
  const isOn = view.state === 'on' && view.own === about
  const mistake = state?.mistake ?? view.mistake
  return (
    <div class="wider">
      <h1>{texts.teach.title}</h1>
      <p>{texts.teach.about}</p>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {isOn ? (
        <>
          <div class="tools">
            <button type="button" onClick={() => session.stop()}>
              {texts.live.stop}
            </button>
          </div>
          <div class="live">
            <Camera />
            <Answer view={view} />
          </div>
        </>
      ) : (
        <>
          <ModelChoice isStatic={isStatic} />
          <div class="tools">
            <button
              type="button"
              class="strong"
              disabled={view.state === 'opening' || isOpening}
              onClick={async () => {
                if (view.state !== 'off') await session.stop()
                await session.start()
              }}
            >
              {texts.teach.start}
            </button>
          </div>
        </>
      )}
      {state && !isOpening && state.of === lessonsNow() ? (
        <Lesson state={state} isOn={isOn} />
      ) : (
        <Waiting />
      )}
    </div>
  )
}

function Lesson({ state, isOn }: { readonly state: LessonsState; readonly isOn: boolean }) {
  const { lessons, said, isBusy } = state
  const labels = labelsOf(state)
  return (
    <>
      <h2>{texts.teach.takes}</h2>
      <div class="fields">
        {labels.map((name, at) => (
          <div key={name} class="field">
            <button
              type="button"
              disabled={!isOn || isBusy}
              onClick={() => void record(at, labels)}
            >
              {texts.teach.record(name)}
            </button>
            <span class="quiet">
              {texts.teach.count(lessons.takes.filter(({ label }) => label === at).length)}
            </span>
          </div>
        ))}
      </div>
      <p role="status">{said}</p>
      <Learning state={state} labels={labels} />
      <div class="tools">
        {lessons.takes.length > 0 && (
          <button
            type="button"
            onClick={() =>
              download(new Blob([new Uint8Array(lessonsFile())]), 'taught.safetensors')
            }
          >
            {texts.teach.save}
          </button>
        )}
        <FileButton
          label={texts.teach.open}
          accept=".safetensors"
          take={(file) => {
            if (file) void openFile(file)
          }}
        />
        {lessons.takes.length > 0 && (
          <button type="button" disabled={isBusy} onClick={() => void forget()}>
            {texts.teach.forget}
          </button>
        )}
      </div>
      {lessons.taught && (
        <Result
          taught={lessons.taught}
          labels={lessons.labels}
          isStarter={state.of === 'starter'}
          isUsed={lessons.isUsed}
          isBusy={isBusy}
        />
      )}
    </>
  )
}
