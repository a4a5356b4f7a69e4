/** limbic reproduce: mistakes in experiments and command lines leave nothing behind. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { limbic, mistakeOf } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'
import { runIt, tiny, writeExperiment } from './experiment.js'

const at = temporaryPaths()

describe('mistakes in experiments', () => {
  test('data that no row fits leave nothing behind', async () => {
    const rows = tiny().rows.filter(({ label }) => label === 'Unaligned')
    const args = runIt(
      writeExperiment(at('unfit.yaml'), tiny({ rows })),
      '--out',
      at('unfit'),
      '--quiet',
    )
    expect(mistakeOf(await limbic(args))).toMatch(
      /no row of the experiment can be trained on this data: got unaligned: needs unaligned data.*It is designed for A corpus/,
    )
    expect(existsSync(at('unfit'))).toBe(false)
  })

  const [first, ...others] = tiny().rows
  test.each([
    ['an unknown key', { colums: [] }, /unknown key "colums"\. Did you mean "columns"\?/],
    ['no target', { data: { name: 'A corpus' } }, /data\.target/],
    [
      'an unknown model',
      { rows: [{ label: 'A', model: 'mmlach' }], models: {} },
      /row "A".*mmlach/,
    ],
    [
      'an unfit setting',
      { rows: [{ ...first, settings: { hiden: 3 } }] },
      /row "Words".*"hiden"\. Did you mean "hidden"/,
    ],
    [
      'an unfit rate',
      { protocol: { training: { learningRate: -1 } } },
      /row "Words", training\.learningRate/,
    ],
    ['two rows of one name', { rows: [first, first] }, /duplicate row "Words"/],
    ['a row without a model', { rows: [{ label: 'A' }] }, /rows\.0.*one of model, quoted and best/],
    [
      'a figure of no column',
      { rows: [{ ...first, paper: { recall: 1 } }] },
      /row "Words": no column has the metric "recall"/,
    ],
    [
      'the best of no row',
      { rows: [first, { label: 'B', best: { of: 'wrods', by: 'mae' } }] },
      /no trained row is named "wrods"\. Did you mean "words"\?/,
    ],
    ['a model of no row', { models: { mult: {} }, rows: [first] }, /no row has the model "mult"/],
  ])('in a file: %s', async (name, changes, says) => {
    expect(others.length).toBeGreaterThan(0)
    const path = writeExperiment(at(`wrong ${name}.yaml`), tiny(changes))
    const out = at('never')
    expect(mistakeOf(await limbic(runIt(path, '--out', out, '--quiet')))).toMatch(says)
    expect(existsSync(out)).toBe(false)
  })

  test.each([
    [['reproduce'], /no experiment given/],
    [
      ['reproduce', 'mmlatch-table-3'],
      /unknown experiment "mmlatch-table-3"\. Did you mean "mmlatch-t/,
    ],
    [['reproduce', 'mmlatch-table-1'], /no data given: expected CMU-MOSEI/],
    [['reproduce', 'nowhere.yaml'], /nowhere\.yaml: no such file/],
    [
      ['reproduce', 'mosi', '--data', 'synthetic', '--rows', 'nonesuch'],
      /no row name starts with "nonesuch"/,
    ],
    [['reproduce', 'mosi', '--data', 'synthetic', '--workers', '0'], /--workers.*from 1 on/],
    [['reproduce', 'mosi', '--data', 'nowhere.pkl'], /nowhere\.pkl: no such file/],
  ])('on the command line: %j', async (args, says) => {
    expect(mistakeOf(await limbic([...args], { cwd: at() }))).toMatch(says)
  })
})
