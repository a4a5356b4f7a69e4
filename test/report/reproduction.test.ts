import { describe, expect, it } from 'vitest'
import { renderTable } from '../../src/report/tables/render.js'
import { reproductionTable } from '../../src/report/tables/reproduction.js'

const table = reproductionTable({
  title: 'Table 2 of a document',
  rows: ['MulT', 'HDA'],
  columns: ['Happy Acc2', 'Sad F1'],
  digits: 1,
  cells: [
    {
      row: 'MulT',
      column: 'Happy Acc2',
      paper: { mean: 66.4, deviation: 0.2 },
      ours: { mean: 65.23, deviation: 0.51, runs: 5 },
    },
    {
      row: 'MulT',
      column: 'Sad F1',
      paper: { mean: 71 },
      why: 'needs emotions: the data has none',
    },
    { row: 'HDA', column: 'Happy Acc2', ours: { mean: 70, deviation: 1, runs: 3 } },
    { row: 'HDA', column: 'Sad F1', why: 'needs emotions: the data has none' },
  ],
})

describe("a document's table with our figures", () => {
  it('lines up in a terminal, with the reasons under it', () => {
    expect(renderTable(table, 'text')).toBe(
      [
        'Table 2 of a document. Ours: mean ± standard deviation over 3 to 5 runs.',
        '',
        'Model  Source      Happy Acc2   Sad F1',
        '─────  ──────────  ──────────  ───────',
        'MulT   paper       66.4 ± 0.2  71.0   ',
        'MulT   ours        65.2 ± 0.5      (a)',
        'MulT   difference        -1.2',
        'HDA    ours        70.0 ± 1.0      (a)',
        '',
        '(a) needs emotions: the data has none',
        '',
      ]
        .map((line) => line.trimEnd())
        .join('\n'),
    )
  })

  it('has unrounded figures and the reasons in place for programs', () => {
    expect(renderTable(table, 'csv')).toBe(
      [
        'Model,Source,Happy Acc2,Happy Acc2 deviation,Sad F1',
        'MulT,paper,66.4,0.2,71',
        'MulT,ours,65.23,0.51,needs emotions: the data has none',
        'MulT,difference,-1.17,,',
        'HDA,ours,70,1,needs emotions: the data has none',
        '',
      ].join('\n'),
    )
  })

  it('has its notes in every format for people', () => {
    expect(renderTable(table, 'markdown')).toContain('\n(a) needs emotions: the data has none\n')
    expect(renderTable(table, 'latex')).toContain('\\textsuperscript{(a)}')
    expect(renderTable(table, 'latex')).toContain('\\footnotesize (a) needs emotions')
    expect(renderTable(table, 'html')).toContain('<sup>(a)</sup>')
    expect(renderTable(table, 'html')).toContain('<p>(a) needs emotions: the data has none</p>')
  })

  it('refuses figures that have no place or share one', () => {
    const content = { title: 'T', rows: ['a'], columns: ['x'] }
    const cell = { row: 'a', column: 'x' }
    expect(() => reproductionTable({ ...content, cells: [{ row: 'b', column: 'x' }] })).toThrow(
      'T, cell "b", "x": no such row in the table: expected a',
    )
    expect(() => reproductionTable({ ...content, cells: [{ row: 'a', column: 'y' }] })).toThrow(
      'no such column',
    )
    expect(() => reproductionTable({ ...content, cells: [cell, cell] })).toThrow('two figures')
  })
})
