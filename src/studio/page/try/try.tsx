/** Answers dropped files: recordings over time, and samples. */

import { useRef, useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import type { Transcript } from '../../../media/words/transcript.js'
import { ModelChoice } from '../parts/model.js'
import { Problem, Waiting } from '../parts/notice.js'
import { WordsField } from '../parts/words-field.js'
import { useModel } from '../state/model.js'
import { texts } from '../texts.js'
import { OwnResult, SampleAnswers } from './own-result.js'
import { Result } from './result.js'
import { answerSamples, kindOf, readTranscript, recognise, type Tried } from './tried.js'

export function TryPlace({ isStatic }: { readonly isStatic: boolean }) {
  const [tried, setTried] = useState<readonly Tried[]>([])
  const [transcript, setTranscript] = useState<Transcript>()
  // What is dropped later is answered with what is said now.
  const said = useRef<Transcript | undefined>(undefined)
  const { about, isOpening } = useModel()
  const say = (words: Transcript | undefined) => {
    said.current = words
    setTranscript(words)
  }
  const work = async (file: File, answer: () => Promise<Omit<Tried, 'file'>>) => {
    setTried((all) => [{ file }, ...all])
    const what = await answer().catch((error: unknown) => ({ mistake: messageOf(error) }))
    setTried((all) => all.map((one) => (one.file === file ? { file, ...what } : one)))
  }
  const take = async (files: readonly File[]) => {
    const kinds = await Promise.all(files.map(async (file) => ({ file, kind: await kindOf(file) })))
    for (const { file, kind } of kinds) {
      if (kind !== 'transcript') continue
      try {
        say(await readTranscript(file))
      } catch (error) {
        const mistake = messageOf(error)
        setTried((all) => [{ file, mistake }, ...all])
      }
    }
    for (const { file, kind } of kinds) {
      if (kind === 'recording') void work(file, () => recognise(file, spoken(said.current)))
      if (kind === 'samples') void work(file, () => answerSamples(file))
    }
  }
  return (
    <>
      <h1>{texts.try.title}</h1>
      <p>{texts.try.about}</p>
      <ModelChoice isStatic={isStatic} />
      {about?.parts.includes('text') && <WordsField text={transcript?.text ?? ''} change={say} />}
      <Drop take={(files) => void take(files)} isBusy={isOpening} />
      {tried.map((one, at) => (
        <section key={`${tried.length - at} ${one.file.name}`} aria-label={one.file.name}>
          <h2>{one.file.name}</h2>
          <Outcome tried={one} transcript={transcript} />
        </section>
      ))}
    </>
  )
}

const spoken = (said: Transcript | undefined) => (said?.text.trim() ? said : undefined)

/** Takes files, dropped or chosen. */
function Drop(props: {
  readonly take: (files: readonly File[]) => void
  readonly isBusy: boolean
}) {
  const { take, isBusy } = props
  const [isOver, setOver] = useState(false)
  return (
    <fieldset
      aria-label={texts.try.choose}
      class={isOver ? 'drop over' : 'drop'}
      disabled={isBusy}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (!isBusy) take([...(event.dataTransfer?.files ?? [])])
      }}
    >
      <label class="button">
        {texts.try.choose}
        <input
          type="file"
          multiple
          class="unseen try-files"
          onChange={({ currentTarget }) => {
            take([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
      </label>{' '}
      <span class="quiet">{texts.try.drop}</span>
    </fieldset>
  )
}

function Outcome({
  tried: { file, recognised, own, answers, mistake },
  transcript,
}: {
  readonly tried: Tried
  readonly transcript: Transcript | undefined
}) {
  const given = transcript && { transcript }
  if (mistake !== undefined) return <Problem>{mistake}</Problem>
  if (recognised) return <Result file={file} recognised={recognised} {...given} />
  if (own) return <OwnResult file={file} recognised={own} {...given} />
  if (answers) return <SampleAnswers answers={answers} name={file.name} />
  return <Waiting>{texts.try.reading(file.name)}</Waiting>
}
