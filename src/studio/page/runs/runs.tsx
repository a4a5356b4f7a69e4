/** All runs of the folder, updated while they train. */
import { useMemo, useState } from 'preact/hooks'
import type { About, RunRow } from '../../protocol.js'
import { Waiting } from '../parts/notice.js'
import { TableExport } from '../parts/table.js'
import { linkTo } from '../state/route.js'
import { useStore } from '../state/store.js'
import { texts } from '../texts.js'
import { RunList } from './list.js'
import { cellOf, columnsOf, type ListWishes, linesOf, usualKeys } from './rows.js'

/** The storage key of the chosen columns. */
const kept = 'limbic-studio-columns'

interface RunsPlaceProps {
  readonly about: About
  /** The initial filter. */
  readonly given: string
}

export function RunsPlace({ about, given }: RunsPlaceProps) {
  const { rows, listed, connected } = useStore()
  const [wishes, setWishes] = useState<ListWishes>({
    ...{ filter: given, folds: true, unfolded: new Set<string>(), sort: undefined },
  })
  const [keys, setKeys] = useState<readonly string[]>(keptKeys)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const columns = useMemo(() => columnsOf(rows), [rows])
  const shown = columns.filter(({ key }) => keys.includes(key))
  const { lines, count } = useMemo(() => linesOf(rows, columns, wishes), [rows, columns, wishes])
  const wish = (what: Partial<ListWishes>) => setWishes((before) => ({ ...before, ...what }))
  const choose = (key: string, isChosen: boolean) => {
    const next = isChosen ? [...keys, key] : keys.filter((one) => one !== key)
    localStorage.setItem(kept, JSON.stringify(next))
    setKeys(next)
  }
  const here = new Set(rows.map(({ path }) => path))
  const chosen = [...selected].filter((path) => here.has(path))
  const table = () => ({
    columns: [
      { header: texts.runs.headers.name },
      ...shown.map(({ header, isNumber }) => ({
        ...{ header, align: isNumber ? ('right' as const) : ('left' as const) },
      })),
    ],
    rows: lines.map((line) => [line.name, ...shown.map((column) => cellOf(line, column))]),
  })
  return (
    <div class="wider">
      <h1>{texts.runs.title}</h1>
      <p class="quiet" role="status">
        {texts.runs.inFolder(about.folder ?? '')}
        {'. '}
        {listed ? texts.runs.count(count, rows.length) : texts.runs.reading(rows.length)}
        {rows.length > 1 && chosen.length === 0 && `. ${texts.runs.hint}`}
        {!connected && rows.length > 0 && ` ${texts.offline}`}
      </p>
      <div class="tools">
        <label>
          {texts.runs.filter}{' '}
          <input
            type="search"
            value={wishes.filter}
            placeholder={texts.runs.filterHint}
            onInput={({ currentTarget }) => wish({ filter: currentTarget.value })}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={wishes.folds}
            onChange={({ currentTarget }) => wish({ folds: currentTarget.checked })}
          />{' '}
          {texts.runs.fold}
        </label>
        <details class="columns">
          <summary>{texts.runs.columns}</summary>
          <div class="choices">
            {columns.map(({ key, header }) => (
              <label key={key}>
                <input
                  type="checkbox"
                  checked={keys.includes(key)}
                  onChange={({ currentTarget }) => choose(key, currentTarget.checked)}
                />{' '}
                {header}
              </label>
            ))}
          </div>
        </details>
        {chosen.length > 0 && (
          <a class="button" href={linkTo('runs-compared', pairs(rows, chosen))}>
            {texts.runs.compare(chosen.length)}
          </a>
        )}
      </div>
      {rows.length === 0 ? (
        listed ? (
          <p>{texts.runs.none}</p>
        ) : (
          <Waiting />
        )
      ) : (
        <>
          <RunList {...{ lines, selected, wish, wishes, setSelected }} columns={shown} />
          <TableExport table={table()} name="runs" />
        </>
      )}
    </div>
  )
}

/** The paths to compare: a folder of seeds if all of its runs are selected. */
function pairs(rows: readonly RunRow[], chosen: readonly string[]): [string, string][] {
  const picked = new Set(chosen)
  const groups = new Map<string, RunRow[]>()
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  return [...groups].flatMap(([group, members]): [string, string][] => {
    const own = members.filter(({ path }) => picked.has(path))
    if (own.length === members.length && members.length > 1) return [['run', group]]
    return own.map(({ path }) => ['run', path])
  })
}

function keptKeys(): readonly string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(kept) ?? 'null')
    if (Array.isArray(found) && found.every((key) => typeof key === 'string')) return found
  } catch {
    // The stored value is not valid.
  }
  return usualKeys
}
