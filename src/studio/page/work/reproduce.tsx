/** Reproduces a published table row by row. */

import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import type { About, ExperimentRow } from '../../protocol.js'
import { Problem } from '../parts/notice.js'
import { send } from '../state/server.js'
import { texts } from '../texts.js'
import { DataField } from './data-field.js'

interface ReproduceProps {
  readonly about: About
  readonly experiments: readonly ExperimentRow[]
}

export function Reproduce({ about, experiments }: ReproduceProps) {
  const [experiment, setExperiment] = useState(experiments[0]?.name ?? '')
  const [data, setData] = useState(about.data?.[0] ?? '')
  const [seeds, setSeeds] = useState('')
  const [epochs, setEpochs] = useState('')
  const [mistake, setMistake] = useState<string>()
  const start = () => {
    const request = {
      ...{ experiment, data, out: `${experiment}-1` },
      ...(seeds !== '' && { seeds: Number(seeds) }),
      ...(epochs !== '' && { epochs: Number(epochs) }),
    }
    send('./api/reproduce', request).then(
      () => setMistake(undefined),
      (error: unknown) => setMistake(messageOf(error)),
    )
  }
  const number = (name: string, value: string, set: (value: string) => void) => (
    <label>
      {name}
      <input
        type="number"
        min={1}
        value={value}
        placeholder={texts.train.standardEpochs}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <h2>{texts.train.reproduce}</h2>
      <p>{texts.train.reproduceAbout}</p>
      <div class="fields">
        <label>
          {texts.train.experiment}
          <select
            value={experiment}
            onChange={({ currentTarget }) => setExperiment(currentTarget.value)}
          >
            {experiments.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <span class="quiet">{experiments.find(({ name }) => name === experiment)?.title}</span>
        </label>
        <DataField about={about} data={data} setData={setData} />
        {number(texts.train.seeds, seeds, setSeeds)}
        {number(texts.train.epochs, epochs, setEpochs)}
      </div>
      <p>
        <button type="submit">{texts.train.startTable}</button>
      </p>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
    </form>
  )
}
