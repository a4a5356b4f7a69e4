/** The example of a page for clips and cameras: bundled by Vite, opened in Chromium, and held against Node. */
import { copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recognise } from '../../src/index.js'
import { browserPath, fakeDevices, hasBrowser } from '../support/browser.js'
import { hasFfmpeg, runFfmpeg } from '../support/clips.js'
import { buildExample, expectTyped } from '../support/example-page.js'
import { sharedPath, temporaryPaths } from '../support/folders.js'

const assets = resolve(import.meta.dirname, '../../assets')
const at = temporaryPaths()
const site = at('page')
/** A real face, where there is one. */
const real = sharedPath('data/media/clips/dfew-happy.mp4')

beforeAll(() =>
  buildExample('clip-page', site, (folder) => {
    for (const name of ['mtcnn.safetensors', 'face-expression.safetensors', 'starter-voice.onnx']) {
      copyFileSync(join(assets, name), join(folder, name))
    }
  }),
)

test('the page is typed, with the DOM and without Node', () => expectTyped(site))

describe.skipIf(!hasBrowser || !hasFfmpeg)('in Chromium (needs it, and ffmpeg)', () => {
  let browser: Browser
  let server: PreviewServer
  let page: Page
  const mistakes: string[] = []

  beforeAll(async () => {
    const picture = 'testsrc2=s=320x240:r=10:d=2'
    runFfmpeg('-f', 'lavfi', '-i', picture, '-pix_fmt', 'yuv420p', at('camera.y4m'))
    runFfmpeg('-i', at('camera.y4m'), '-c:v', 'libx264', at('nobody.mp4'))
    server = await preview({ root: site, logLevel: 'error', preview: { port: 0 } })
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', ...fakeDevices(at('camera.y4m'))],
    })
    page = await browser.newPage()
    page.on('pageerror', ({ message }) => mistakes.push(message))
    await page.goto(server.resolvedUrls?.local[0] ?? 'no address')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    expect(mistakes).toEqual([])
  })

  const answer = (text: RegExp) => page.locator('#answer').filter({ hasText: text }).waitFor()

  test('a clip without a face', async () => {
    await page.locator('#clip').setInputFiles(at('nobody.mp4'))
    await answer(/^No face is seen\. has no sound; its picture is usable/)
    expect(await page.locator('#mistake').textContent()).toBe('')
  })

  test('a camera, on and off', async () => {
    await page.locator('#camera').click()
    await answer(/^0 faces at [\d.]+ s$/)
    await page.getByText('Stop the camera').click()
    await answer(/^The camera is off$/)
    await page.getByText('Use the camera').waitFor()
  })

  test.skipIf(!real)('a real clip, as in Node', async () => {
    const expected = await recognise(real ?? '')
    await page.locator('#clip').setInputFiles(real ?? '')
    await answer(new RegExp(`^Most likely: ${expected.emotion}`))
    const shares = await page
      .locator('meter')
      .evaluateAll((meters) =>
        meters.map((meter) => ('value' in meter ? Number(meter.value) : Number.NaN)),
      )
    expect(shares.length).toBe(expected.emotions.length)
    shares.forEach((share, place) => {
      expect(share).toBeCloseTo(expected.probabilities[place] ?? Number.NaN, 3)
    })
  })

  test('a file that is not a recording is one clear mistake', async () => {
    await page.locator('#clip').setInputFiles({
      ...{ name: 'notes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('Only some words.\n') },
    })
    await page.locator('#mistake').filter({ hasText: /./ }).waitFor()
    expect(await page.locator('#mistake').textContent()).toMatch(
      /^notes\.mp4: is not a recording: /,
    )
  })
})
