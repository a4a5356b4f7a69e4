/** An experiment that draws its columns over a setting, and measures what its rows cost. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { synthesise } from '../../../../src/data/corpora/synthetic/index.js'
import { denseMultiplyAdds } from '../../../../src/models/fe2e/multiply-adds.js'
import { succeed } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'
import { writeExperiment } from './experiment.js'

const at = temporaryPaths()
const channels = [2, 2, 2, 2, 2, 3] as const
const sizes = {
  ...{ channels, flattenWidth: 3, width: 4, heads: 2, layers: 1, feedForward: 5 },
  ...{ vocabulary: 600, textEmbedding: 3, textWidth: 4, textHeads: 2, textLayers: 1 },
}
const samples = { train: 8, valid: 4, test: 5 }
const row = (label: string, model: string, settings: object = {}) => ({ label, model, settings })
const experiment = {
  title: 'By share',
  data: { name: 'Made', target: 'emotions', synthetic: { pictures: true, ...samples } },
  protocol: { seeds: 2, training: { epochs: 1, batchSize: 8 } },
  models: { fe2e: { settings: sizes }, mesm: { settings: { ...sizes, sound: 'log' } } },
  columns: [
    { metric: 'loss', title: 'Loss' },
    { metric: 'multiplyAdds', title: 'Multiply-adds', digits: 0 },
    { metric: 'milliseconds', title: 'Milliseconds' },
  ],
  figure: { along: 'share', title: 'p' },
  rows: [
    row('FE2E', 'fe2e'),
    row('p = 0', 'mesm', { share: 0 }),
    row('p = 0.4', 'mesm', { share: 0.4 }),
    row('p = 1', 'mesm', { share: 1 }),
  ],
}

describe('an experiment with a figure', () => {
  test('has multiply-adds as counted and times of its rows, and a chart of each column', async () => {
    const path = writeExperiment(at('figure.yaml'), experiment)
    const given = ['--data', 'synthetic', '--workers', '2', '--out', at('out'), '--json', '--quiet']
    const cells = (await succeed('reproduce', path, ...given))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'cell')
    const ours = (title: string) =>
      cells.flatMap(({ column, ours: own }) => (column === title ? [own?.mean] : []))
    const corpus = synthesise({ task: 'emotions', pictures: true, samples })
    const lengths = Array.from(corpus.splits.test.features.vision?.lengths ?? [])
    const steps = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    const [face, chunk] = [[3, 48, 48] as const, [1, 128, 32] as const].map((picture) =>
      denseMultiplyAdds(picture, channels),
    )
    const dense = steps * ((face?.total ?? 0) + (chunk?.total ?? 0))
    const beginning = steps * ((face?.beginning ?? 0) + (chunk?.beginning ?? 0))
    const [fe2e, none, some, all] = ours('Multiply-adds')
    expect(fe2e).toBeCloseTo(dense, 3)
    // One position of each picture in each of three layers.
    expect(none - beginning).toBeCloseTo(2 * steps * (2 * 4 + 2 * 4 + 3 * 5), 3)
    expect(some).toBeGreaterThan(none)
    expect(all).toBeGreaterThan(some)
    // Neighbours beyond the edge are no pairs.
    expect(all).toBeLessThan(fe2e)
    for (const time of ours('Milliseconds')) expect(time).toBeGreaterThan(0)
    const page = readFileSync(at('out', 'report.html'), 'utf8')
    for (const name of ['loss', 'multiplyadds', 'milliseconds']) {
      const svg = readFileSync(at('out', 'figures', `figure-${name}.svg`), 'utf8')
      expect(svg).toContain('>FE2E</text>')
      expect(svg).toContain('>mesm</text>')
      expect(svg).toContain('>p</text>')
    }
    expect(page.match(/<figure>/g)).toHaveLength(3)
  })
})
