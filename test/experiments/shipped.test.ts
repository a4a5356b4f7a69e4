import { describe, expect, test } from 'vitest'
import { configureRows } from '../../src/experiments/configure.js'
import { experimentNames, findExperiment } from '../../src/experiments/read.js'
import { openModel } from '../../src/runs/model-file/index.js'

describe('the experiments that come with Limbic', () => {
  test('are the tables of the documents and some of our own', () => {
    expect(experimentNames()).toEqual(
      expect.arrayContaining([
        ...['hda-table-2', 'mesm-table-3', 'mesm-table-4', 'mesm-table-5'],
        ...['mmlatch-table-1', 'mmlatch-table-2'],
        ...['selfcross-table-1', 'selfcross-table-2', 'mosi', 'ravdess', 'synthetic-sarcasm'],
      ]),
    )
  })

  test.each(experimentNames())('%s configures the model of every row', (name) => {
    const named = findExperiment(name)
    for (const path of ['features.pkl', 'synthetic']) {
      const rows = configureRows(named, path)
      expect(rows.length).toBeGreaterThan(0)
      for (const { config, title } of rows) {
        const { inputs } = openModel(config.model).configure(config.settings)
        expect(inputs.length, title).toBeGreaterThan(0)
      }
    }
  })

  test.each([
    ['hda-table-2', 'Fused: Aligned data', 'weightedF1.fear', 93.2],
    ['hda-table-2', 'SOTA1 (joint encoding)', 'accuracy.surprise', 90.5],
    ['mesm-table-3', 'EmoEmbs', 'f1.frustrated', 52.0],
    ['mesm-table-4', 'MulT', 'weightedAccuracy', 65.4],
    ['mesm-table-4', 'LF-TRANS', 'f1.surprised', 24.2],
    ['mesm-table-3', 'MESM (p = 0.7)', 'f1.sad', 62.2],
    ['mesm-table-5', 'FE2E: VA', 'f1', 54.4],
    ['mesm-table-5', 'MESM: TV', 'accuracy', 82.1],
    ['selfcross-table-1', 'T+A: MDRE', 'classMeanAccuracy', [0.418, 0.077]],
    ['selfcross-table-1', 'T+V+A: Self', 'accuracy', [0.642, 0.019]],
    ['selfcross-table-2', 'Cross+Self', 'classMeanAccuracy', [0.585, 0.028]],
    ['mmlatch-table-1', 'Baseline + MMLatch best', 'accuracy7', 52.1],
    ['mmlatch-table-2', 'MulT, no feedback', 'accuracy7', [47.91, 1.13]],
  ])('%s has what the document prints of %s', (name, row, metric, figure) => {
    const { rows } = findExperiment(name).experiment
    const found = rows.find(
      ({ group, label }) => (group === undefined ? label : `${group}: ${label}`) === row,
    )
    expect(found?.paper[metric]).toEqual(figure)
  })
})
