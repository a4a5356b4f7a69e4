/** limbic compare of whole groups, as a table, a page and JSON; limbic models. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { at, train, trainGroups } from './trained.js'

beforeAll(async () => {
  await Promise.all([trainGroups(), train('sevens', '--loss', 'classes', '--reading', 'logits')])
})

describe('compare', () => {
  test('shows groups and writes a page', async () => {
    const page = at('page.html')
    const stdout = await succeed(
      ...['compare', at('feedback'), at('baseline'), '--out', page, '--format', 'markdown'],
    )
    expect(stdout).toMatch(/synthetic.*over 1 or 2 seeds/)
    expect(stdout).toMatch(/\| feedback \|.*±.*\|\n\| baseline \|/)
    expect(stdout).toContain('**')
    const html = readFileSync(page, 'utf8')
    expect(html).toMatch(/<svg/)
    expect(html).toMatch(/synthetic/i)
  })

  test('takes the folder above, and prints JSON', async () => {
    const records = jsonLines(
      await succeed('compare', at('feedback'), at('words'), '--json', '--quiet'),
    )
    const summaries = records.filter(({ event }) => event === undefined)
    expect(summaries.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['feedback', [0, 1]],
      ['words', [0]],
    ])
    const comparisons = records.filter(({ event }) => event === 'comparison')
    expect(comparisons).toHaveLength(1)
  })

  test('takes sentiment that was learned as classes beside sentiment that was learned as a number', async () => {
    const page = at('sevens.html')
    const stdout = await succeed(
      ...['compare', at('sevens'), at('baseline'), '--out', page, '--format', 'markdown'],
    )
    expect(stdout).toMatch(/\| sevens \|.*\d.*\|\n\| baseline \|/)
    expect(readFileSync(page, 'utf8')).toMatch(/<svg/)
  })

  test('refuses runs of different tasks', async () => {
    const line = mistakeOf(await limbic(['compare', at('baseline'), at('classes')]))
    expect(line).toMatch(/runs on different data cannot be compared/)
  })
})

describe('models', () => {
  test('lists, counts and shows graphs', async () => {
    expect(await succeed('models')).toMatch(/mmlatch/)
    const args = ['models', 'mmlatch', '--hidden', '4', '--widths', 'text=32,audio=16,vision=12']
    const [record] = jsonLines(await succeed(...args, '--json', '--graph'))
    const { parameters } = JSON.parse(
      readFileSync(at('feedback', 'seed-0', 'results.json'), 'utf8'),
    )
    expect(record).toMatchObject({ parameters, settings: { hidden: 4 } })
    expect(record?.graph).toEqual(expect.arrayContaining([expect.stringContaining('lstm(')]))
    expect(mistakeOf(await limbic(['models', 'mmlach']))).toMatch(/Did you mean "mmlatch"\?/)
  })
})
