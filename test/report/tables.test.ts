import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { summarise } from '../../src/metrics/index.js'
import { renderTable, tableFormats } from '../../src/report/tables/render.js'
import { markBest, type Table } from '../../src/report/tables/table.js'

const table: Table = {
  caption: 'Accuracy & <error>',
  columns: [
    { header: 'Model' },
    { header: 'MAE', digits: 2 },
    { header: 'Acc', digits: 1 },
    { header: 'Note', align: 'center' },
  ],
  rows: [
    ['MMLatch_v1', 0.581, summarise([50, 52]), 'a|b "c", d\n*e* <script>'],
    ['MulT 100%', -0.6, summarise([49]), null],
  ],
}

describe('tables', () => {
  it('line up in a terminal', () => {
    expect(renderTable(table, 'text')).toBe(
      [
        'Accuracy & <error>',
        '',
        'Model         MAE         Acc           Note',
        '──────────  ─────  ──────────  ───────────────────────',
        'MMLatch_v1   0.58  51.0 ± 1.4  a|b "c", d *e* <script>',
        'MulT 100%   -0.60        49.0',
        '',
      ].join('\n'),
    )
  })

  it('line up whatever is in them', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null))
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 5 })
    fc.assert(
      fc.property(rows, (body) => {
        const columns = [{ header: 'one' }, { header: 'two' }]
        const lines = renderTable({ columns, rows: body }, 'text').split('\n')
        expect(lines.length).toBe(body.length + 3)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
    )
  })

  it('give wide characters two places', () => {
    const text = renderTable(
      {
        columns: [{ header: 'word' }, { header: 'n' }],
        rows: [
          ['喜び', 1],
          ['joy', 2],
        ],
      },
      'text',
    )
    expect(text.split('\n').slice(2, 4)).toEqual(['喜び  1', 'joy   2'])
  })

  it('are Markdown', () => {
    expect(renderTable(table, 'markdown')).toBe(
      [
        '**Accuracy \\& \\<error\\>**',
        '',
        '| Model | MAE | Acc | Note |',
        '| :-- | --: | --: | :-: |',
        '| MMLatch\\_v1 | 0.58 | 51.0 ± 1.4 | a\\|b "c", d \\*e\\* \\<script\\> |',
        '| MulT 100% | -0.60 | 49.0 |  |',
        '',
      ].join('\n'),
    )
  })

  it('are CSV, with numbers whole and summaries in two columns', () => {
    expect(renderTable(table, 'csv')).toBe(
      [
        'Model,MAE,Acc,Acc deviation,Note',
        `MMLatch_v1,0.581,51,${Math.SQRT2},"a|b ""c"", d *e* <script>"`,
        'MulT 100%,-0.6,49,,',
        '',
      ].join('\n'),
    )
  })

  it('are LaTeX', () => {
    const latex = renderTable(table, 'latex')
    expect(latex).toContain('\\caption{Accuracy \\& \\textless{}error\\textgreater{}}')
    expect(latex).toContain('\\begin{tabular}{lrrc}')
    expect(latex).toContain('MMLatch\\_v1 & 0.58 & 51.0 $\\pm$ 1.4 & a\\textbar{}b')
    expect(latex).toContain('MulT 100\\% & $-$0.60 & 49.0 &  \\\\')
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule']) expect(latex).toContain(rule)
    const odd = renderTable({ columns: [{ header: '\\x{y}~^#$' }], rows: [['[1]']] }, 'latex')
    expect(odd).toContain('\\textbackslash{}x\\{y\\}\\textasciitilde{}\\textasciicircum{}\\#\\$')
    expect(odd).toContain('    {[}1] \\\\')
    const starred = renderTable({ columns: [{ header: 'a' }], rows: [['*']] }, 'latex')
    expect(starred).toContain('    {*} \\\\')
  })

  it('are HTML', () => {
    const html = renderTable(table, 'html')
    expect(html).toContain('<caption>Accuracy &amp; &lt;error&gt;</caption>')
    expect(html).toContain(
      '<th scope="row" class="left">MMLatch_v1</th><td class="right">0.58</td>',
    )
    expect(html).toContain('a|b &quot;c&quot;, d *e* &lt;script&gt;')
    expect(html).not.toContain('<script')
  })

  it('mark the best of a column, and all that read the same', () => {
    const scores: Table = {
      columns: [{ header: 'Model' }, { header: 'MAE', digits: 2 }],
      rows: [
        ['a', 0.584],
        ['b', 0.7],
        ['c', 0.5801],
        ['d', null],
        ['e', Number.NaN],
      ],
    }
    const text = renderTable(markBest(scores, 1, 'lower'), 'text')
    expect(text).toMatch(/a {6}0\.58\*\n/)
    expect(text).toMatch(/b {6}0\.70\n/)
    expect(text).toMatch(/c {6}0\.58\*\n/)
    expect(text).toMatch(/\n\n\* best of the column\n$/)
    expect(text).toMatch(/e {7}n\/a\n/)
    expect(renderTable(markBest(scores, 1, 'higher'), 'markdown')).toContain('| b | **0.70** |')
    expect(renderTable(markBest(scores, 1, 'higher'), 'html')).toContain('<strong>0.70</strong>')
    expect(renderTable(markBest(scores, 1, 'higher'), 'latex')).toContain('\\textbf{0.70}')
    expect(markBest(scores, 0, 'higher')).toBe(scores)
    const even: Table = { columns: [{ header: 'F1', digits: 2 }], rows: [[0.001], [null], [0]] }
    expect(markBest(even, 0, 'higher')).toBe(even)
    const alone: Table = { ...even, rows: [[0.5], [null]] }
    expect(renderTable(markBest(alone, 0, 'higher'), 'markdown')).toContain('**0.50**')
  })

  it('refuse a row that does not fit', () => {
    for (const format of tableFormats) {
      expect(() =>
        renderTable({ columns: [{ header: 'a' }], rows: [[1, 2]] }, format),
      ).toThrowError(/row 0: .*expected 1 cells, got 2/)
    }
  })
})
