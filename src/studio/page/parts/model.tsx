/** The choice of the model that Live and Try use, and of the files that it needs. */
import type { RunRow } from '../../protocol.js'
import type { ModelAbout, ModelNeed } from '../../worker/own/about.js'
import { chooseModel, giveModel, type ModelSource, useModel } from '../state/model.js'
import { useStore } from '../state/store.js'
import { texts } from '../texts.js'
import { FileButton } from './file-button.js'
import { Problem, Waiting } from './notice.js'

/** @param isStatic whether there is no server, and so no runs */
export function ModelChoice({ isStatic }: { readonly isStatic: boolean }) {
  const { about, isOpening, mistake, source } = useModel()
  return (
    <>
      <div class="tools">
        {isStatic ? <Starter source={source} /> : <Runs source={source} />}
        <FileButton
          label={texts.model.file}
          accept=".onnx"
          take={(file) => {
            if (file) void chooseModel({ kind: 'file', file })
          }}
        />
      </div>
      {source.kind === 'run' && (
        <label>
          <input
            type="checkbox"
            checked={source.maps === true}
            disabled={isOpening}
            onChange={({ currentTarget: { checked } }) =>
              void chooseModel({ ...source, maps: checked })
            }
          />{' '}
          {texts.model.maps}
        </label>
      )}
      {isOpening && <Waiting>{texts.model.opening}</Waiting>}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {about && <About about={about} />}
    </>
  )
}

/** Back to the starter models, where there is nothing else to choose from. */
function Starter({ source }: { readonly source: ModelSource }) {
  return (
    <label>
      {texts.model.model}{' '}
      <select value={source.kind} onChange={() => void chooseModel({ kind: 'starter' })}>
        <option value="starter">{texts.model.starter}</option>
        {source.kind === 'file' && <option value="file">{source.file.name}</option>}
      </select>
    </label>
  )
}

function Runs({ source }: { readonly source: ModelSource }) {
  const { rows } = useStore()
  const names = namesOf(rows)
  const value = source.kind === 'run' ? `run ${source.path}` : source.kind
  return (
    <label>
      {texts.model.model}{' '}
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value
          if (chosen.startsWith('run ')) void chooseModel({ kind: 'run', path: chosen.slice(4) })
          else if (chosen === 'starter') void chooseModel({ kind: 'starter' })
        }}
      >
        <option value="starter">{texts.model.starter}</option>
        {source.kind === 'file' && <option value="file">{source.file.name}</option>}
        {names.map(({ path, label }) => (
          <option key={path} value={`run ${path}`}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Runs that have weights: folders of seeds, of which the best is taken, and single runs. */
function namesOf(rows: readonly RunRow[]): { readonly path: string; readonly label: string }[] {
  const usable = rows.filter(
    ({ bestEpoch, state }) => bestEpoch !== undefined && state !== 'damaged',
  )
  const groups = new Map<string, RunRow[]>()
  for (const row of usable) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  return [...groups]
    .flatMap(([group, runs]) => {
      const isFolder = runs.some(({ path }) => path !== group)
      const whole = { path: group, label: texts.model.best(group, runs.length) }
      return [...(isFolder ? [whole] : []), ...runs.map(({ path }) => ({ path, label: path }))]
    })
    .sort((one, other) => one.path.localeCompare(other.path, 'en', { numeric: true }))
}

function About({ about }: { readonly about: ModelAbout }) {
  const { kind, trainedOn, isSynthetic, inputs, parts, needs, problem } = about
  return (
    <>
      <p class="quiet">
        {texts.model.about(kind, trainedOn, inputs.map(texts.inputs).join(', '))}
        {isSynthetic && ` ${texts.model.synthetic}`}
      </p>
      {problem !== undefined && needs.length === 0 && <p>{texts.model.noRecordings(problem)}</p>}
      {problem === undefined && parts.length < inputs.length && (
        <p>
          {texts.model.without(
            inputs
              .filter((name) => !parts.includes(name))
              .map(texts.inputs)
              .join(', '),
          )}
        </p>
      )}
      {needs.map((need) => (
        <Need key={need.name} need={need} />
      ))}
    </>
  )
}

function Need({ need }: { readonly need: ModelNeed }) {
  const { name, what, trained, isGiven } = need
  return (
    <p>
      {isGiven ? texts.model.given(what) : texts.model.needs(what, trained)}{' '}
      <label class="button">
        {texts.model.choose}
        <input
          type="file"
          class="unseen"
          multiple={name === 'textEncoder'}
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])]
            currentTarget.value = ''
            if (files.length > 0) void giveModel(need, files)
          }}
        />
      </label>
    </p>
  )
}
