/** What came of learning: answers to the takes kept aside, and going back. */

import type { Taught, Told } from '../../worker/teach/take.js'
import { download } from '../parts/download.js'
import { TableView } from '../parts/table.js'
import { percent } from '../parts/words.js'
import { texts } from '../texts.js'
import { modelFile, use } from './lessons.js'

export function Result(props: {
  readonly taught: Taught
  readonly labels: readonly string[]
  readonly isStarter: boolean
  readonly isUsed: boolean
  readonly isBusy: boolean
}) {
  const { taught, labels, isStarter, isUsed, isBusy } = props
  const { learner, answers, takes, epochs, folds } = taught
  const cell = ({ said, isRight, share }: Told, shown: number) => ({
    content: isRight || share === undefined ? said : `${said} · ${labels[shown]} ${percent(share)}`,
    strong: isRight,
  })
  return (
    <>
      <h2>{texts.teach.result}</h2>
      <p>
        {texts.teach.whatLearned(texts.teach.learner(learner, isStarter), takes, epochs)}{' '}
        {texts.teach.howLong(folds, epochs)}
      </p>
      <TableView
        name="taught"
        table={{
          caption: texts.teach.aside,
          columns: [
            { header: texts.teach.shown },
            { header: texts.teach.before, align: 'left' },
            { header: texts.teach.after, align: 'left' },
          ],
          rows: answers.map(({ label, before, after }) => [
            labels[label] ?? '',
            cell(before, label),
            cell(after, label),
          ]),
        }}
      />
      <div class="tools">
        <label>
          <input
            type="checkbox"
            checked={isUsed}
            disabled={isBusy}
            onChange={({ currentTarget: { checked } }) => void use(checked)}
          />{' '}
          {texts.teach.use}
        </label>
        {learner.kind === 'layers' && (
          <button
            type="button"
            disabled={isBusy}
            onClick={async () => {
              const bytes = await modelFile(taught)
              if (bytes) download(new Blob([new Uint8Array(bytes)]), 'taught.onnx')
            }}
          >
            {texts.teach.saveModel}
          </button>
        )}
      </div>
    </>
  )
}
