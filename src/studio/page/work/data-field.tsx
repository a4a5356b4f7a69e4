/** The field for the data to train on, from the data sets that the studio was given. */
import type { About } from '../../protocol.js'
import { texts } from '../texts.js'

export function DataField(props: {
  readonly about: About
  readonly data: string
  readonly setData: (name: string) => void
}) {
  const { about, data, setData } = props
  return (
    <label>
      {texts.train.data}
      <select value={data} onChange={({ currentTarget }) => setData(currentTarget.value)}>
        {(about.data ?? []).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
