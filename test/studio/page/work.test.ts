/** Data, and training by the form, in the page. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser } from '../../support/browser.js'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'

const at = temporaryPaths()

describe.skipIf(!hasBrowser)('in Chromium (needs it)', () => {
  let here: StudioPage

  beforeAll(async () => {
    const sizes = ['--train', '32', '--valid', '12', '--test', '12', '--aligned']
    await succeed('data', 'synth', '--out', at('corpus'), ...sizes)
    here = await openStudioPage({ folder: at('runs'), data: [at('corpus')] })
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  test('data is shown as limbic data inspect sees it', async () => {
    const { page, open } = here
    await open('data')
    await page.locator('tbody tr', { hasText: 'train' }).first().waitFor()
    const [train = ''] = await page.locator('tbody tr').allInnerTexts()
    expect(train.split('\t').slice(0, 4)).toEqual(['train', '32', 'text', '32'])
    await page.getByText('Synthetic: no person said any of this.').waitFor()
    await expectAccessible(page)
  })

  test('a model trains by the form, is stopped, and goes on', async () => {
    const { page, open } = here
    await open('train')
    await page.getByLabel('Data').first().selectOption(at('corpus'))
    await page.getByLabel('Folder of the run').fill('by-form')
    expect(await page.getByLabel('hidden', { exact: true }).getAttribute('placeholder')).toMatch(
      /^default: \d+$/,
    )
    await page.getByLabel('hidden', { exact: true }).fill('4')
    await page.getByLabel('feedback', { exact: true }).selectOption('none')
    await page.getByText('Training', { exact: true }).click()
    await page.getByLabel('epochs', { exact: true }).fill('100000')
    await page.getByLabel('patience', { exact: true }).fill('100000')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Start training' }).click()
    const job = page.getByRole('region', { name: `mmlatch on ${at('corpus')}` })
    await job.getByText(/epoch \d/).waitFor()
    await job.getByRole('button', { name: 'Stop' }).click()
    await job.locator('.state.stopped').waitFor()
    const config = readFileSync(at('runs', 'by-form', 'config.yaml'), 'utf8')
    expect(config).toMatch(/hidden: 4\n/)
    expect(config).toMatch(/feedback: none\n/)
    await job.getByRole('button', { name: 'Resume' }).click()
    const again = page.getByRole('region', { name: 'by-form, resumed' })
    await again.getByText(/epoch \d/).waitFor()
    await again.getByRole('button', { name: 'Stop' }).click()
    await again.locator('.state.stopped').waitFor()
  })

  test('a mistake in the form is one clear line', async () => {
    const { page } = here
    await page.getByLabel('Folder of the run').fill('../elsewhere')
    await page.getByRole('button', { name: 'Start training' }).click()
    await page.getByRole('alert').filter({ hasText: 'is not a path inside the folder' }).waitFor()
  })

  test('a table of a document fills row by row', async () => {
    const { page, open } = here
    await open('train')
    await page.getByLabel(/^Table/).selectOption('synthetic-sarcasm')
    await page.getByLabel('Seeds').last().fill('1')
    await page.getByLabel('Epochs').last().fill('1')
    await page.getByRole('button', { name: 'Start the table' }).click()
    const job = page.getByRole('region', { name: 'synthetic-sarcasm on synthetic' })
    await job.locator('tbody tr', { hasText: '1 / 1' }).first().waitFor()
    await job.getByRole('button', { name: 'Stop' }).click()
    await job.locator('.state.stopped').waitFor()
  })
})
