/** Live devices and dropped files in the page: recognised there, as Node does it. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recognise } from '../../../src/index.js'
import { hasBrowser } from '../../support/browser.js'
import { hasFfmpeg } from '../../support/clips.js'
import { limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { makeDevices, realFace } from '../../support/studio/devices.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'
import { recordWorker, type WorkerRecord } from '../../support/studio/recorded-worker.js'
import { serveFolder } from '../../support/studio/serve-folder.js'

const at = temporaryPaths()

describe.skipIf(!hasBrowser || !hasFfmpeg)('in Chromium (needs it, and ffmpeg)', () => {
  let here: StudioPage

  let worker: WorkerRecord

  beforeAll(async () => {
    const devices = makeDevices(at, 8)
    here = await openStudioPage({ folder: at('runs') }, ...devices)
    worker = await recordWorker(here.page)
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  test('a camera and a microphone are answered several times a second', async () => {
    const { page, open } = here
    await open('live')
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await page.getByRole('button', { name: 'Use camera and microphone' }).click()
    // The voice is heard after three seconds.
    const voice = page.locator('.adds tr', { hasText: 'Voice' })
    await voice.filter({ hasText: /%/ }).waitFor()
    const numbers = async (name: string) =>
      (await page.locator(`.bars:not(.adds) tr, .adds tr`).allInnerTexts())
        .filter((line) => line.includes(name))
        .map((line) => Number(/-?\d+/.exec(line)?.[0]))
    await page.getByRole('button', { name: 'Pause' }).click()
    // Equal shares and what each adds make the answer, to the rounding of each.
    const [shown = ''] = await page.locator('.now').allInnerTexts()
    const adds = await page.locator('.adds tr').allInnerTexts()
    const sum = adds.reduce(
      (total, line) => total + Number(/[-+]?\d+(?= %)/.exec(line)?.[0] ?? 0),
      0,
    )
    expect(Math.abs(sum - Number(/(\d+) %/.exec(shown)?.[1]))).toBeLessThanOrEqual(2)
    expect((await numbers('Equal'))[0]).toBe(17)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Voice').uncheck()
    await voice
      .filter({ hasText: '–' })
      .or(page.getByText(/^Nothing is heard/))
      .first()
      .waitFor()
    await page.getByLabel('Voice').check()
    await page.getByLabel('Keep the answers').check()
    await page.getByRole('button', { name: 'Mark this moment' }).click()
    await page.getByText('1 mark').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save them' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('session.jsonl')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Use camera and microphone' }).waitFor()
  })

  /** Two emotions that the untaught models do not answer: without a face, the voice's least likely. */
  const unlikely = async (): Promise<readonly [string, string]> => {
    if (realFace) return ['disgust', 'fear']
    const { emotions, probabilities } = await recognise(at('noise.wav'))
    const [first = '', second = ''] = emotions
      .map((name, place) => ({ name, share: probabilities[place] ?? 1 }))
      .sort((one, other) => one.share - other.share)
      .map(({ name }) => name)
    return [first, second]
  }

  test('takes change the answer, also after the tab was closed', async () => {
    const { page, open } = here
    const [often, once] = await unlikely()
    const taught = new RegExp(`^(${often}|${once})`)
    await open('teach')
    const now = page.locator('.now')
    const begin = async () => {
      await page.getByRole('button', { name: 'Use camera and microphone' }).click()
      await now.filter({ hasText: /%/ }).waitFor()
    }
    await begin()
    await expect(now.filter({ hasText: taught }).isVisible()).resolves.toBe(false)
    for (const name of [often, often, once]) {
      await page.getByRole('button', { name: `Record ${name}` }).click()
      await page.getByText(`Recording ${name}`).waitFor()
      await page.getByText(`Recording ${name}`).waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Learn from the takes' }).click()
    await page.getByText('Learned from 2 takes.').waitFor()
    await now.filter({ hasText: taught }).waitFor()
    expect(await page.locator('table', { hasText: 'kept aside' }).innerText()).toContain(often)
    await expectAccessible(page)
    await page.reload()
    await page.getByText('2 takes', { exact: true }).waitFor()
    await begin()
    await now.filter({ hasText: taught }).waitFor()
    await page.getByRole('button', { name: 'Forget all takes' }).click()
    await now.filter({ hasText: new RegExp(`^(?!${often}|${once})`) }).waitFor()
    await open('live')
    await page.getByRole('button', { name: 'Stop' }).click()
  })

  const shares = (section: string) =>
    here.page.locator('section', { hasText: section }).locator('tbody tr').allInnerTexts()

  test.each([['noise.wav', at('noise.wav')], ...(realFace ? [['real.mp4', realFace]] : [])])(
    '%s has the answer of Node',
    async (name, path) => {
      if (path !== at(name)) copyFileSync(path, at(name))
      const expected = await recognise(at(name))
      const { page, open } = here
      await open('try')
      await page.locator('.try-files').setInputFiles(at(name))
      const section = page.getByRole('region', { name, exact: true })
      await section.locator('figure svg').waitFor()
      await section.getByText(`${expected.emotion}, `).first().waitFor()
      const { recognised } = await worker.last('recognised')
      for (const [place, probability] of expected.probabilities.entries()) {
        const found = recognised.recognition.probabilities[place] ?? Number.NaN
        expect(Math.abs(found - probability)).toBeLessThan(1e-3)
        const row = (await shares(name)).find((line) =>
          line.startsWith(expected.emotions[place] ?? ''),
        )
        const percent = Number(/(\d+) %/.exec(row ?? '')?.[1])
        expect(Math.abs(percent - 100 * probability)).toBeLessThan(0.7)
      }
      await expectAccessible(page)
    },
  )

  test('a folder for a static host does the same without a server', async () => {
    await succeed('studio', '--static', at('site'))
    await using host = await serveFolder(at('site'))
    const page = await here.newPage()
    await page.goto(`${host.address}/somewhere/#/try`)
    expect(await page.locator('nav a').allInnerTexts()).toEqual(['Live', 'Try', 'Teach'])
    const whole = await recognise(at('noise.wav'))
    await page.locator('.try-files').setInputFiles(at('noise.wav'))
    await page.getByText(`${whole.emotion}, `).first().waitFor()
    await page.close()
    const other = await limbic(['studio', '--static', at()])
    expect(mistakeOf(other)).toMatch(/contains something else/)
  })

  test('a transcript stands beside it, and what is not a recording is one clear mistake', async () => {
    const { page } = here
    writeFileSync(at('words.srt'), '1\n00:00:01,000 --> 00:00:03,000\nhello <b>there</b>\n')
    writeFileSync(at('notes.mp4'), 'Only some words.\n')
    await page.locator('.try-files').setInputFiles([at('words.srt'), at('notes.mp4')])
    await page.locator('figure svg text', { hasText: 'hello' }).first().waitFor()
    await page.getByRole('alert').filter({ hasText: 'notes.mp4: is not a recording' }).waitFor()
  })
})
