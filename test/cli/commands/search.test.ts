import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf, succeed, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()
const search = (out: string, ...more: string[]) => [
  ...['search', 'mmlatch', ...tinyRun, '--modalities', 'text', '--feedback', 'none'],
  ...['--space', at('space.yaml'), '--epochs', '4', '--batch-size', '8', '--out', at(out)],
  ...['--quiet', ...more],
]
writeFileSync(
  at('space.yaml'),
  'training.learningRate: { min: 1e-4, max: 1e-1, scale: log }\nsettings.hidden: [4, 6]\n',
)

test('limbic search halves its trials, goes on with the best, and is resumed with more', async () => {
  const halved = ['--trials', '4', '--first-epochs', '1', '--eta', '2']
  const lines = jsonLines(await succeed(...search('halved', '--json', ...halved)))
  const trials = lines.filter(({ event }) => event === 'trial')
  expect(trials.map(({ epochs }) => epochs).sort()).toEqual([1, 1, 2, 4])
  const best = lines.find(({ event }) => event === 'best')
  const chosen = trials.find(({ epochs }) => epochs === 4)
  expect(best?.name).toBe(chosen?.name)
  // What went on equals what was trained for as long at once.
  const weights = (out: string) => readFileSync(at(out, String(best?.name), 'weights.safetensors'))
  await succeed(...search('whole', '--trials', '4'))
  expect(weights('halved').equals(weights('whole'))).toBe(true)
  // Nothing is trained again.
  const again = jsonLines(await succeed(...search('halved', '--json', ...halved)))
  expect(again.filter(({ event }) => event === 'trial')).toEqual(trials)
  expect(again.some(({ event }) => event === 'epoch')).toBe(false)
  expect(readFileSync(at('halved', 'table.csv'), 'utf8')).toMatch(/^Trial,training.learningRate,/)

  const other = search('halved', '--trials', '4', '--sampler', 'random')
  expect(mistakeOf(await limbic(other))).toMatch(/halved: the folder is of another search/)
})

test('limbic search goes on asynchronously, and where it was left', async () => {
  const asha = ['--first-epochs', '1', '--eta', '2', '--asynchronous']
  const trialsOf = (stdout: string) =>
    jsonLines(stdout)
      .filter(({ event }) => event === 'trial')
      .map(({ name, epochs, validLoss }) => [name, epochs, validLoss])
  const first = trialsOf(await succeed(...search('asha', '--json', '--trials', '4', ...asha)))
  // Of four, two went on at least, and one to the end.
  expect(
    first.map(([, epochs]) => Number(epochs)).filter((epochs) => epochs > 1).length,
  ).toBeGreaterThan(1)
  expect(first[0]?.[1]).toBe(4)
  const again = await succeed(...search('asha', '--json', '--trials', '4', ...asha))
  expect(trialsOf(again)).toEqual(first)
  expect(again).not.toContain('"epoch"')
  const more = trialsOf(await succeed(...search('asha', '--json', '--trials', '6', ...asha)))
  expect(more).toHaveLength(6)
  expect(readFileSync(at('asha', 'report.html'), 'utf8')).toContain('<svg')
  expect(mistakeOf(await limbic(search('asha', '--asynchronous')))).toMatch(
    /only applies with --first-epochs/,
  )
})

test('limbic search refuses a space or a folder that does not fit before it trains', async () => {
  writeFileSync(at('odd.yaml'), 'settings.hiden: [4, 6]\n')
  const odd = await limbic([...search('odd'), '--space', at('odd.yaml')])
  expect(mistakeOf(odd)).toMatch(/unknown key "hiden"/)
  mkdirSync(at('full'))
  writeFileSync(at('full', 'poem.txt'), 'of value')
  expect(mistakeOf(await limbic(search('full')))).toMatch(/contains something else/)
})
