/** Trains the last layer of the starter models on how one person shows emotions. */
import { useEffect, useState } from 'preact/hooks'
import type { Taught } from '../../worker/teach/learn.js'
import { Answer } from '../live/answer.js'
import { Camera } from '../live/camera.js'
import { session } from '../live/session.js'
import { download } from '../parts/download.js'
import { FileButton } from '../parts/file-button.js'
import { Problem, Waiting } from '../parts/notice.js'
import { TableView } from '../parts/table.js'
import { percent } from '../parts/words.js'
import { chooseModel, modelNow } from '../state/model.js'
import { hearWorker, tellWorker } from '../state/worker.js'
import { texts } from '../texts.js'
import {
  forgetLessons,
  type Lessons,
  loadLessons,
  noLessons,
  readLessons,
  saveLessons,
} from './storage.js'
import { recordTake } from './take.js'

export function TeachPlace() {
  const [view, setView] = useState(session.view)
  const [lessons, setLessons] = useState<Lessons>()
  const [said, setSaid] = useState('')
  const [mistake, setMistake] = useState<string>()
  useEffect(() => session.listen(() => setView(session.view)), [])
  useEffect(() => {
    void loadLessons().then((kept) => {
      setLessons(kept)
      use(kept)
    })
  }, [])
  const keep = (next: Lessons) => {
    setLessons(next)
    use(next)
    void saveLessons(next)
  }
  useEffect(() => {
    if (!lessons) return
    return hearWorker((message) => {
      if (message.kind === 'learning') {
        setSaid(texts.teach.learning(message.epoch, message.epochs))
      } else if (message.kind === 'learned') {
        setSaid(texts.teach.learned(message.taught.takes))
        keep({ ...lessons, taught: message.taught, isUsed: true })
      } else if (message.kind === 'failed') setMistake(message.message)
    })
  }, [lessons])
  // A model of one's own that is live has no layer to teach here.
  const isOn = view.state === 'on' && !view.own
  const record = async (emotion: number) => {
    setSaid(texts.teach.recording(view.outputs[emotion] ?? ''))
    const rows = await recordTake()
    setSaid(rows.length > 0 ? '' : texts.teach.nothing)
    if (rows.length === 0 || !lessons) return
    // Takes with other emotions belong to another model.
    const isSame = lessons.emotions.join() === view.outputs.join()
    const takes = [...(isSame ? lessons.takes : []), { emotion, rows }]
    keep({ ...(isSame ? lessons : noLessons), emotions: view.outputs, takes })
  }
  if (!lessons) return <Waiting />
  const emotions = isOn ? view.outputs : lessons.emotions
  const counts = emotions.map((_, at) => lessons.takes.filter((take) => take.emotion === at).length)
  const canLearn = counts.filter((count) => count > 0).length > 1 && Math.max(...counts) > 1
  return (
    <div class="wider">
      <h1>{texts.teach.title}</h1>
      <p>{texts.teach.about}</p>
      {(mistake ?? view.mistake) !== undefined && <Problem>{mistake ?? view.mistake}</Problem>}
      {isOn ? (
        <div class="live">
          <Camera />
          <Answer view={view} />
        </div>
      ) : (
        <button
          type="button"
          class="strong"
          disabled={view.state === 'opening'}
          onClick={async () => {
            if (view.own) await session.stop()
            if (modelNow().source.kind !== 'starter') await chooseModel({ kind: 'starter' })
            await session.start()
          }}
        >
          {texts.teach.start}
        </button>
      )}
      <h2>{texts.teach.takes}</h2>
      <div class="fields">
        {emotions.map((name, at) => (
          <div key={name} class="field">
            <button type="button" disabled={!isOn} onClick={() => record(at)}>
              {texts.teach.record(name)}
            </button>
            <span class="quiet">{texts.teach.count(counts[at] ?? 0)}</span>
          </div>
        ))}
      </div>
      <p role="status">{said}</p>
      <div class="tools">
        <button
          type="button"
          class="strong"
          disabled={!canLearn}
          onClick={() => {
            setMistake(undefined)
            const { takes } = lessons
            tellWorker({ kind: 'learn', emotions: lessons.emotions, takes })
          }}
        >
          {texts.teach.learn}
        </button>
        {!canLearn && <span class="quiet">{texts.teach.few}</span>}
        <OpenFile take={keep} fail={() => setMistake(texts.teach.wrongFile)} />
        {lessons.takes.length > 0 && (
          <button
            type="button"
            onClick={() => {
              void forgetLessons()
              setLessons(noLessons)
              use(noLessons)
              setSaid('')
            }}
          >
            {texts.teach.forget}
          </button>
        )}
      </div>
      {lessons.taught && (
        <>
          <Result taught={lessons.taught} emotions={lessons.emotions} />
          <div class="tools">
            <label>
              <input
                type="checkbox"
                checked={lessons.isUsed}
                onChange={({ currentTarget: { checked } }) => keep({ ...lessons, isUsed: checked })}
              />{' '}
              {texts.teach.use}
            </label>
            <button type="button" onClick={() => download(JSON.stringify(lessons), 'taught.json')}>
              {texts.teach.save}
            </button>
          </div>
        </>
      )}
    </div>
  )
}

/** Switches between the trained layer and the fusion. */
function use({ taught, isUsed }: Lessons): void {
  tellWorker({ kind: 'use', ...(isUsed && taught && { weights: taught.weights }) })
}

function OpenFile(props: { readonly take: (lessons: Lessons) => void; readonly fail: () => void }) {
  return (
    <FileButton
      label={texts.teach.open}
      accept="application/json,.json"
      take={async (file) => {
        const found = file && readLessons(await file.text())
        if (found) props.take(found)
        else props.fail()
      }}
    />
  )
}

/** The predictions for the held-out takes, before and after training. */
function Result(props: { readonly taught: Taught; readonly emotions: readonly string[] }) {
  const { taught, emotions } = props
  const cell = (answer: { readonly emotion: number; readonly share: number }, shown: number) => ({
    content: `${emotions[answer.emotion] ?? ''} (${percent(answer.share)} ${emotions[shown] ?? ''})`,
    strong: answer.emotion === shown,
  })
  return (
    <TableView
      name="taught"
      table={{
        caption: texts.teach.result,
        columns: [
          { header: texts.teach.shown },
          { header: texts.teach.before, align: 'left' },
          { header: texts.teach.after, align: 'left' },
        ],
        rows: taught.answers.map(({ emotion, before, after }) => [
          emotions[emotion] ?? '',
          cell(before, emotion),
          cell(after, emotion),
        ]),
      }}
    />
  )
}
