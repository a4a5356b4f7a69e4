/** The table of runs; only the lines in view are in the document. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { duration } from '../parts/words.js'
import { linkTo } from '../state/route.js'
import { texts } from '../texts.js'
import { cellOf, type ListColumn, type ListLine, type ListWishes } from './rows.js'

/**
 * The height of a line in pixels, as in the style sheet, and the number of extra lines above and
 * below the view.
 */
const height = 36
const beyond = 12

export interface ListProps {
  readonly lines: readonly ListLine[]
  readonly columns: readonly ListColumn[]
  readonly wishes: ListWishes
  readonly wish: (what: Partial<ListWishes>) => void
  readonly selected: ReadonlySet<string>
  readonly setSelected: (paths: ReadonlySet<string>) => void
}

export function RunList({ lines, columns, wishes, wish, selected, setSelected }: ListProps) {
  const place = useRef<HTMLElement>(null)
  const [view, setView] = useState({ top: 0, room: 800 })
  useEffect(() => {
    const { current } = place
    if (!current) return
    const look = () => setView({ top: current.scrollTop, room: current.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(current)
    current.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      current.removeEventListener('scroll', look)
    }
  }, [])
  const first = Math.max(0, Math.floor(view.top / height) - beyond)
  const last = Math.min(lines.length, Math.ceil((view.top + view.room) / height) + beyond)
  const select = (line: ListLine, isSelected: boolean) => {
    const next = new Set(selected)
    for (const { path } of line.runs) {
      if (isSelected) next.add(path)
      else next.delete(path)
    }
    setSelected(next)
  }
  const all = lines.filter(({ isInner }) => !isInner).flatMap(({ runs }) => runs)
  const isAll = all.length > 0 && all.every(({ path }) => selected.has(path))
  const { sort } = wishes
  const head = (key: string, header: string, isNumber: boolean) => (
    <th
      key={key}
      scope="col"
      class={isNumber ? 'right' : 'left'}
      aria-sort={sort?.key === key ? (sort.down ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        class="link"
        onClick={() => wish({ sort: { key, down: sort?.key === key && !sort.down } })}
      >
        {header}
        {sort?.key === key ? (sort.down ? ' ↓' : ' ↑') : ''}
      </button>
    </th>
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={place} class="wide list" tabIndex={0} aria-label={texts.runs.title}>
      <table aria-rowcount={lines.length + 1}>
        <thead>
          <tr>
            <th scope="col" class="left">
              <input
                type="checkbox"
                aria-label={texts.runs.selectAll}
                checked={isAll}
                onChange={() => setSelected(new Set(isAll ? [] : all.map(({ path }) => path)))}
              />
            </th>
            {head('name', texts.runs.headers.name, false)}
            {columns.map(({ key, header, isNumber }) => head(key, header, isNumber))}
          </tr>
        </thead>
        <tbody>
          <Space lines={first} width={columns.length + 2} />
          {lines.slice(first, last).map((line, at) => (
            <Line
              key={`${line.isInner} ${line.name}`}
              {...{ line, columns, wishes, wish, select }}
              index={first + at + 2}
              isSelected={line.runs.every(({ path }) => selected.has(path))}
            />
          ))}
          <Space lines={lines.length - last} width={columns.length + 2} />
        </tbody>
      </table>
    </section>
  )
}

/** The space of lines out of view. */
function Space({ lines, width }: { readonly lines: number; readonly width: number }) {
  if (lines <= 0) return null
  return (
    <tr>
      <td colSpan={width} style={{ height: `${lines * height}px`, padding: 0 }} />
    </tr>
  )
}

interface LineProps extends Pick<ListProps, 'columns' | 'wishes' | 'wish'> {
  readonly line: ListLine
  readonly index: number
  readonly isSelected: boolean
  readonly select: (line: ListLine, isSelected: boolean) => void
}

function Line({ line, columns, wishes, wish, index, isSelected, select }: LineProps) {
  const { name, runs, unfolded, isInner } = line
  const [only] = runs
  const isFolder = unfolded !== undefined
  const fold = () => {
    const next = new Set(wishes.unfolded)
    if (!next.delete(name)) next.add(name)
    wish({ unfolded: next })
  }
  const left = only?.secondsLeft
  return (
    <tr class={isInner ? 'inner' : ''} aria-rowindex={index}>
      <td class="left">
        <input
          type="checkbox"
          aria-label={texts.runs.select(name)}
          checked={isSelected}
          onChange={() => select(line, !isSelected)}
        />
      </td>
      <th scope="row" class="left" title={only?.problem ?? name}>
        {isFolder ? (
          <button
            type="button"
            class="link"
            aria-expanded={unfolded}
            aria-label={texts.runs.unfold(name)}
            onClick={fold}
          >
            {unfolded ? '▾' : '▸'} {name} <span class="quiet">({runs.length})</span>
          </button>
        ) : (
          <a href={linkTo('run', [['path', name]])}>{isInner ? name.split('/').at(-1) : name}</a>
        )}
      </th>
      {columns.map((column) => (
        <td key={column.key} class={column.isNumber ? 'right' : 'left'}>
          {column.key === 'state' ? (
            <span class={`state ${only?.state ?? ''}`}>
              {cellOf(line, column)}
              {!isFolder && left !== undefined && `, ${texts.runs.left(duration(left))}`}
            </span>
          ) : (
            cellOf(line, column)
          )}
        </td>
      ))}
    </tr>
  )
}
