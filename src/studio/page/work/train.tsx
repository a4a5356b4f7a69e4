/** The training form with the settings of a model, and published tables. */

import { useState } from 'preact/hooks'
import { z } from 'zod'
import { messageOf } from '../../../base/errors.js'
import {
  type About,
  experimentRow,
  type Field,
  fieldGroup,
  type ModelRow,
  modelRow,
} from '../../protocol.js'
import { Problem, Waiting } from '../parts/notice.js'
import { get, send, useAnswer } from '../state/server.js'
import { texts } from '../texts.js'
import { DataField } from './data-field.js'
import { JobList } from './jobs.js'
import { Reproduce } from './reproduce.js'

export function TrainPlace({ about }: { readonly about: About }) {
  const models = useAnswer((signal) => get('./api/models', z.array(modelRow), signal), [])
  const experiments = useAnswer(
    (signal) => get('./api/experiments', z.array(experimentRow), signal),
    [],
  )
  return (
    <>
      <h1>{texts.train.title}</h1>
      {models.mistake !== undefined && <Problem>{models.mistake}</Problem>}
      {models.answer ? <TrainForm about={about} models={models.answer} /> : <Waiting />}
      {experiments.answer && <Reproduce about={about} experiments={experiments.answer} />}
      <JobList />
    </>
  )
}

interface TrainFormProps {
  readonly about: About
  readonly models: readonly ModelRow[]
}

function TrainForm({ about, models }: TrainFormProps) {
  const [model, setModel] = useState(models[0]?.name ?? '')
  const [data, setData] = useState(about.data?.[0] ?? '')
  const [out, setOut] = useState('')
  const [seeds, setSeeds] = useState('')
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({})
  const [said, setSaid] = useState<{ readonly text: string; readonly isMistake: boolean }>()
  const fields = useAnswer(
    (signal) => get(`./api/models/${model}/fields`, z.array(fieldGroup), signal),
    [model],
  )
  const chosen = models.find(({ name }) => name === model)
  const start = () => {
    const known = new Set(fields.answer?.flatMap((group) => group.fields.map(({ name }) => name)))
    const given = Object.entries(settings).filter(
      ([name, value]) => known.has(name) && value !== '',
    )
    const request = {
      ...{ model, data, out: out || `${model}-1`, settings: Object.fromEntries(given) },
      ...(seeds !== '' && { seeds: Number(seeds) }),
    }
    send('./api/train', request).then(
      () => setSaid({ text: texts.train.started, isMistake: false }),
      (error: unknown) => setSaid({ text: messageOf(error), isMistake: true }),
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <p>{texts.train.about}</p>
      <div class="fields">
        <label>
          {texts.train.model}
          <select value={model} onChange={({ currentTarget }) => setModel(currentTarget.value)}>
            {models.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <span class="quiet">{chosen?.title}</span>
        </label>
        <DataField about={about} data={data} setData={setData} />
        <label>
          {texts.train.out}
          <input
            value={out}
            placeholder={`${model}-1`}
            onInput={({ currentTarget }) => setOut(currentTarget.value)}
          />
        </label>
        <label>
          {texts.train.seeds}
          <input
            type="number"
            min={1}
            max={1000}
            value={seeds}
            placeholder={texts.train.one}
            onInput={({ currentTarget }) => setSeeds(currentTarget.value)}
          />
        </label>
      </div>
      {fields.answer?.map(({ title, fields: own }, at) => (
        <details key={title} open={at === 0}>
          <summary>{title}</summary>
          <div class="fields">
            {own.map((field) => (
              <SettingField
                key={field.name}
                field={field}
                value={settings[field.name] ?? ''}
                setValue={(value) => setSettings((before) => ({ ...before, [field.name]: value }))}
              />
            ))}
          </div>
        </details>
      ))}
      <p>
        <button type="submit" class="strong">
          {texts.train.start}
        </button>
      </p>
      {said && (said.isMistake ? <Problem>{said.text}</Problem> : <p role="status">{said.text}</p>)}
    </form>
  )
}

/** The input of a setting: a choice, or text. */
function SettingField(props: {
  readonly field: Field
  readonly value: string
  readonly setValue: (value: string) => void
}) {
  const { field, value, setValue } = props
  const { name, values, standard, description } = field
  // Lists of choices, and choices with values, are text.
  const choices = /^[^=,]+\|[^=,]+$/.test(values) ? values.split('|') : undefined
  const id = `setting-${name}`
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {choices ? (
        <select
          id={id}
          value={value}
          aria-describedby={`${id}-about`}
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
        >
          <option value="">{texts.train.standard(standard)}</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          value={value}
          aria-describedby={`${id}-about`}
          placeholder={texts.train.standard(standard)}
          inputMode={values === 'number' || values === 'count' ? 'decimal' : undefined}
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      )}
      <span id={`${id}-about`} class="quiet">
        {description}
      </span>
    </div>
  )
}
