import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

const data = ['--data', 'synthetic', '--synthetic-train', '24', '--synthetic-valid', '12']
const sizes = ['--synthetic-test', '24', '--hidden', '4', '--threads', '1', '--epochs', '1']
const emotions = ['--synthetic-task', 'emotions', '--feedback', 'none']
const train = (out: string, ...more: string[]) =>
  succeed('train', 'mmlatch', ...data, ...sizes, ...emotions, '--quiet', '--out', at(out), ...more)

beforeAll(async () => {
  await train('words', '--modalities', 'text', '--seeds', '3')
  await train('sound', '--modalities', 'audio', '--seeds', '3')
})

describe('compare', () => {
  test('tests each group against the best, or against one that is named', async () => {
    const args = ['compare', at('words'), at('sound'), '--json', '--metric', 'f1']
    const records = jsonLines(await succeed(...args, '--against', 'words', '--test', 'unpaired'))
    expect(records).toHaveLength(3)
    const comparison = records[2] as { figures: Record<string, unknown>[] }
    expect(comparison).toMatchObject({ event: 'comparison', metric: 'f1', test: 'unpaired' })
    expect(comparison.figures[0]).toMatchObject({ name: 'words', reference: true })
    expect(comparison.figures[1]).toMatchObject({ name: 'sound', reference: false })

    const shown = await succeed('compare', at('words'), at('sound'))
    expect(shown).toMatch(/Accuracy of each group against (words|sound), on synthetic emotions/)
    expect(shown).toContain('reference')
  })

  test('shows the metrics that are asked for, as they are wanted', async () => {
    const args = ['compare', at('words'), at('sound')]
    const shown = await succeed(...args, '--columns', 'auc,F1', '--percent', '--digits', 'f1=0')
    expect(shown).toMatch(/^Run +Parameters +AUC % +F1 %$/m)
    expect(shown).toMatch(/^words +\d+ +\d+\.\d ± \d+\.\d\S* +\d+ ± \d+/m)
    const csv = await succeed(...args, '--columns', 'auc', '--percent', '--format', 'csv')
    expect(csv).toMatch(/^Run,Parameters,AUC %,AUC % deviation$/m)
    const where = ['--columns', 'acuracy']
    expect(mistakeOf(await limbic([...args, ...where]))).toContain('Did you mean "accuracy"?')
    expect(mistakeOf(await limbic([...args, '--digits', 'auc=x']))).toContain('--digits')
  })

  test('writes a folder to publish from', async () => {
    await succeed('compare', at('words'), at('sound'), '--out', at('out'), '--metric', 'auc')
    const names = ['report.html', 'table.csv', 'table.md', 'table.tex', 'significance.csv']
    for (const name of names) expect(existsSync(at('out', name)), name).toBe(true)
    const read = (name: string) => readFileSync(at('out', name), 'utf8')
    expect(read('table.tex').match(/\\toprule/g)?.length).toBeGreaterThan(2)
    expect(read('table.csv').split('\n')[0]).toContain('AUC,AUC deviation')
    expect(read('classes-f1.csv').split('\n')[0]).toMatch(/^Model,[^,]+,[^,]+ deviation/)
    const html = read('report.html')
    for (const title of [
      'Significance of the differences',
      'Results by class',
      'F1 of each class',
    ]) {
      expect(html).toContain(title)
    }
    expect(html).toContain('synthetic')
    expect(readdirSync(at('out', 'figures'))).toContain('classes-f1.svg')
  })

  test('writes the page alone where a page is named', async () => {
    await succeed('compare', at('words'), at('sound'), '--out', at('page', 'one.html'))
    expect(readdirSync(at('page'))).toEqual(['one.html'])
  })

  test('joins runs that were named one by one', async () => {
    const seeds = [0, 1, 2].map((seed) => at('words', `seed-${seed}`))
    const [joined, sound] = jsonLines(await succeed('compare', ...seeds, at('sound'), '--json'))
    expect(joined).toMatchObject({ name: 'words', seeds: [0, 1, 2] })
    expect(sound).toMatchObject({ name: 'sound', seeds: [0, 1, 2] })
    // The same run twice is two rows, not two seeds.
    const twice = jsonLines(
      await succeed('compare', ...seeds.slice(0, 1), at('words', 'seed-0'), '--json'),
    )
    expect(twice.slice(0, 2).map(({ seeds: own }) => own)).toEqual([[0], [0]])
  })

  test('says what is wrong in a line', async () => {
    const runs = [at('words'), at('sound')]
    expect(mistakeOf(await limbic(['compare', ...runs, '--metric', 'f2']))).toMatch(
      /metric: unknown metric "f2"\. Did you mean "f1"\?/,
    )
    expect(mistakeOf(await limbic(['compare', ...runs, '--against', 'sight']))).toMatch(
      /no group "sight" to compare with: expected words or sound/,
    )
    const uneven = [at('words', 'seed-0'), at('sound')]
    expect(mistakeOf(await limbic(['compare', ...uneven, '--test', 'paired']))).toMatch(
      /"paired" needs the same seeds/,
    )
  })
})
