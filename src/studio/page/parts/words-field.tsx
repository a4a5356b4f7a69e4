/** What is said, typed or from a transcript. */

import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import { parseTranscript, type Transcript } from '../../../media/words/transcript.js'
import { texts } from '../texts.js'
import { FileButton } from './file-button.js'
import { Problem } from './notice.js'

export function WordsField(props: {
  readonly text: string
  readonly change: (said: Transcript) => void
}) {
  const { text, change } = props
  const [mistake, setMistake] = useState<string>()
  return (
    <>
      <label class="field">
        {texts.model.words}
        <textarea
          rows={2}
          value={text}
          placeholder={texts.model.wordsHint}
          onInput={({ currentTarget: { value } }) => change({ text: value, notes: [] })}
        />
      </label>
      <FileButton
        label={texts.model.wordsFile}
        accept=".srt,.vtt,.json,.txt"
        take={async (file) => {
          setMistake(undefined)
          if (!file) return
          try {
            change(parseTranscript(await file.text(), file.name))
          } catch (error) {
            setMistake(messageOf(error))
          }
        }}
      />
      {mistake !== undefined && <Problem>{mistake}</Problem>}
    </>
  )
}
