import { describe, expect, it } from 'vitest'
import { summarise } from '../../src/metrics/index.js'
import { metricColumn } from '../../src/report/metric.js'
import { renderTable } from '../../src/report/tables/render.js'
import { byColumn, paired, scaled, withPartners } from '../../src/report/tables/style.js'
import { markBest, type Table } from '../../src/report/tables/table.js'

const has0 = 'accuracy2ZerosPositive'
const non0 = 'accuracy2ZerosExcluded'
const table: Table = {
  columns: [{ header: 'Run' }, ...['mae', has0, non0].map(metricColumn)],
  rows: [
    ['a', summarise([0.7, 0.72]), summarise([0.58, 0.6]), summarise([0.8111])],
    ['b', summarise([0.9]), summarise([0.5]), { content: summarise([0.82]), mark: '*' }],
    ['c', null, null, null],
  ],
}
const style = { percent: true, pairs: true }

describe('the style of a table', () => {
  it('writes shares in per cent, with fewer digits, and other figures as they are', () => {
    const text = renderTable(scaled(table, { percent: true }), 'markdown')
    expect(text).toContain('| Run | MAE | Acc-2 (≥ 0) % | Acc-2 (no zeros) % |')
    expect(text).toContain('| a | 0.710 ± 0.014 | 59.0 ± 1.4 | 81.1 |')
    expect(scaled(scaled(table, style), style)).toEqual(scaled(table, style))
  })

  it('takes digits for all, or for some', () => {
    expect(renderTable(scaled(table, { digits: 1 }), 'markdown')).toContain('| b | 0.9 | 0.5 |')
    const some = renderTable(scaled(table, { digits: { mae: 4 } }), 'markdown')
    expect(some).toContain('| b | 0.9000 | 0.500 |')
    expect(renderTable(scaled(table, { digits: { constructor: 1 } }), 'markdown')).toContain(
      '0.900',
    )
  })

  it('writes figures with and without zeros in one cell, each with its own mark', () => {
    const marked = markBest(scaled(table, style), 3, 'higher')
    const pairs = paired(marked, style)
    expect(renderTable(pairs, 'markdown')).toContain('| Run | MAE | Acc-2 (has0 / non0) % |')
    expect(renderTable(pairs, 'markdown')).toContain('| 59.0 ± 1.4 / 81.1 |')
    expect(renderTable(pairs, 'markdown')).toContain('| 50.0 / **82.0**\\* |')
    expect(renderTable(pairs, 'latex')).toContain('50.0 / \\textbf{82.0}\\textsuperscript{*}')
    expect(renderTable(pairs, 'html')).toContain('50.0 / <strong>82.0</strong><sup>*</sup>')
    expect(renderTable(pairs, 'text')).toMatch(/50\.0 \/ 82\.0•\*/)
  })

  it('gives every figure a column of its own in CSV, unrounded', () => {
    const [header, first, , last] = renderTable(paired(scaled(table, style), style), 'csv').split(
      '\n',
    )
    expect(header).toBe(
      'Run,MAE,MAE deviation,Acc-2 has0 %,Acc-2 has0 % deviation,Acc-2 non0 %,Acc-2 non0 % deviation,Acc-2 non0 % mark',
    )
    expect(first?.split(',')[3]).toBe('59')
    expect(first?.split(',')[5]).toBe('81.11')
    expect(last).toBe('c,,,,,,,')
  })

  it('leaves a table alone that has one of a pair only, or asks for none', () => {
    const one = { ...table, columns: table.columns.slice(0, 3), rows: [] }
    expect(paired(one, style)).toEqual(one)
    expect(paired(table, {})).toBe(table)
    expect(withPartners(['mae', non0], ['mae', has0, non0], style)).toEqual(['mae', has0, non0])
    expect(withPartners(['mae', non0], ['mae', non0], style)).toEqual(['mae', non0])
    expect(byColumn(['mae', has0, non0], style)).toEqual([['mae'], [has0, non0]])
  })
})
