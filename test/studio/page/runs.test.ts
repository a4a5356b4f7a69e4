/** Runs in the page: listed while another process trains them, opened, explained, compared. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser } from '../../support/browser.js'
import { succeed, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { start } from '../../support/running.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'

const at = temporaryPaths()
const small = ['--modalities', 'text', '--feedback', 'none', '--epochs', '3']
const train = (name: string, ...more: string[]) =>
  succeed('train', 'mmlatch', ...tinyRun, ...small, '--out', at('runs', name), ...more)

describe.skipIf(!hasBrowser)('the runs in Chromium (needs it)', () => {
  let here: StudioPage

  beforeAll(async () => {
    await train('narrow', '--seeds', '2')
    await train('wide', '--hidden', '6')
    here = await openStudioPage({ folder: at('runs') })
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  test('are listed, folded by seed, filtered, sorted, with columns of choice', async () => {
    const { page, open } = here
    await open('runs')
    await page.getByText('3 runs').waitFor()
    const names = () => page.locator('tbody th').allInnerTexts()
    await expect.poll(names).toEqual(['▸ narrow (2)', 'wide'])
    await page.getByRole('button', { name: 'Show the runs of narrow' }).click()
    expect(await names()).toEqual(['▾ narrow (2)', 'seed-0', 'seed-1', 'wide'])
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('button', { name: 'Run ↑' }).click()
    expect(await names()).toEqual(['wide', '▾ narrow (2)', 'seed-1', 'seed-0'])
    await page.getByText('Columns').click()
    await page.getByLabel('hidden', { exact: true }).check()
    await page.getByLabel('Filter').fill('hidden=6')
    expect(await page.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^\s*wide\s.*\bcomplete\s.*\s6$/),
    ])
    await page.getByText('1 of 3 runs').waitFor()
    await expectAccessible(page)
  })

  test('appear while another process trains, and go when they are deleted', async () => {
    const { page, open } = here
    await open('runs')
    await page.getByLabel('Filter').fill('')
    const long = ['--epochs', '100000', '--patience', '100000', '--out', at('runs', 'late')]
    const training = start(['train', 'mmlatch', ...tinyRun, ...small.slice(0, 4), ...long])
    const row = page.locator('tr', { hasText: 'late' })
    await row.locator('.running', { hasText: / left$/ }).waitFor()
    training.child.kill('SIGINT')
    await row.locator('.unfinished').waitFor()
    rmSync(at('runs', 'late'), { recursive: true })
    await row.waitFor({ state: 'detached' })
  })

  test('are opened, with what differs, curves, and the explanation of a sample', async () => {
    const { page, open } = here
    await open('run', { path: 'wide' })
    await page.getByRole('heading', { name: 'wide' }).waitFor()
    await page.locator('figure svg').first().waitFor()
    expect(await page.locator('tr', { hasText: 'settings.hidden' }).innerText()).toMatch(/6\s+\d+/)
    expect(await page.locator('tr strong', { hasText: '6' }).count()).toBeGreaterThan(0)
    const lines = readFileSync(at('runs', 'wide', 'predictions.test.jsonl'), 'utf8').split('\n')
    const errors = lines.filter(Boolean).map((line) => {
      const { id, prediction, truth } = JSON.parse(line)
      return { id, error: Math.abs(prediction[0] - truth[0]) }
    })
    const [worst] = errors.sort((one, other) => other.error - one.error)
    const first = page.locator('.short tbody tr').first()
    expect(await first.innerText()).toContain(worst?.id)
    expect(await first.innerText()).toContain(worst?.error.toFixed(3))
    await first.getByRole('button').click()
    const explained = page.frameLocator(`iframe[title="Explanation of ${worst?.id}"]`)
    await explained.getByText('Contributions of the inputs').waitFor()
    await page.frameLocator('iframe[title="Figures of this run"]').getByText('Results').waitFor()
    await expectAccessible(page)
  })

  test('are compared as limbic compare does it', async () => {
    const { page, open } = here
    await open('runs')
    await page.getByLabel('Filter').fill('')
    await page.getByLabel('Select narrow', { exact: true }).check()
    await page.getByLabel('Select wide').check()
    await page.getByRole('link', { name: 'Compare 3 selected' }).click()
    const report = page.frameLocator('iframe[title="The comparison"]')
    await report.getByText('Significance of the differences').waitFor()
    await page.getByText('Files of this report').click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'table.csv' }).click(),
    ])
    const folders = [at('runs', 'narrow'), at('runs', 'wide')]
    await succeed('compare', ...folders, '--out', at('compared'))
    const expected = readFileSync(at('compared', 'table.csv'), 'utf8')
    expect(readFileSync(await file.path(), 'utf8')).toBe(expected)
    await expectAccessible(page)
  })

  test('have names that are text, whatever they hold', async () => {
    const { page, open } = here
    const name = '=1+1 <img src=x onerror=alert(1)>'
    cpSync(at('runs', 'wide'), at('runs', name), { recursive: true })
    mkdirSync(at('runs', 'damaged \u202e'))
    writeFileSync(at('runs', 'damaged \u202e', 'config.yaml'), 'model: [')
    await open('runs')
    await page.getByRole('link', { name }).click()
    await page.getByRole('heading', { name }).waitFor()
    await open('runs')
    await page.getByLabel('Filter').fill('damaged')
    await page.locator('.damaged').waitFor()
    expect(await page.locator('img').count()).toBe(0)
  })
})
