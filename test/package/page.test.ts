/** The example of a page: bundled by Vite, opened in Chromium, asked, and held against Node's answers. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/index.js'
import { exportModel } from '../../src/use/exported/export.js'
import { browserPath, hasBrowser } from '../support/browser.js'
import { buildExample, expectTyped } from '../support/example-page.js'
import { temporaryPaths } from '../support/folders.js'
import { smallModel, smallStandardisation, smallWidths } from '../support/models/small-model.js'

const at = temporaryPaths()
const site = at('page')

/** Samples of different lengths. */
const samples = [3, 1, 7].map((steps, sample) => ({
  id: `clip ${sample}`,
  ...Object.fromEntries(
    Object.entries(smallWidths).map(([name, width]) => [
      name,
      Array.from({ length: steps }, (_, step) =>
        Array.from({ length: width }, (_, at) => Math.sin(sample + 2 * step + 3 * at)),
      ),
    ]),
  ),
}))
const lines = samples.map((sample) => JSON.stringify(sample)).join('\n')

beforeAll(() =>
  buildExample('page', site, (folder) => {
    const about = { trainingData: 'made up', synthetic: true }
    const standardisation = smallStandardisation()
    const bytes = exportModel({ ...smallModel(), standardisation, metadata: about })
    writeFileSync(join(folder, 'model.onnx'), bytes)
  }),
)

test('the page is typed, with the DOM and without Node', () => expectTyped(site))

test('the bundle has one WebAssembly file', () => {
  const files = readdirSync(join(site, 'dist'), { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => file.endsWith('.wasm'))).toEqual([
    expect.stringMatching(/ort-wasm-simd-threaded-[^.]+\.wasm$/),
  ])
})

describe.skipIf(!hasBrowser)('with Chromium (LIMBIC_CHROMIUM or /usr/bin/chromium)', () => {
  let browser: Browser
  let server: PreviewServer
  let page: Page
  const mistakes: string[] = []

  beforeAll(async () => {
    server = await preview({ root: site, logLevel: 'error', preview: { port: 0 } })
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
    page = await browser.newPage()
    page.on('pageerror', ({ message }) => mistakes.push(message))
    await page.goto(server.resolvedUrls?.local[0] ?? 'no address')
    await page.getByText('mmlatch, which reads').waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const give = (buffer: string) =>
    page.locator('#samples').setInputFiles({
      name: 'samples.jsonl',
      mimeType: 'text/plain',
      buffer: Buffer.from(buffer),
    })

  test('the page says what the model reads', async () => {
    expect(await page.locator('#model').textContent()).toContain('text (5 numbers per step)')
    expect(mistakes).toEqual([])
  })

  test('the page answers as Node does', async () => {
    await give(lines)
    await page
      .locator('#answers tr')
      .nth(samples.length - 1)
      .waitFor()
    const shown = await page.locator('#answers tr').allInnerTexts()
    const model = await loadModel(join(site, 'public/model.onnx'))
    const expected = await model.predict(samples)
    await model.close()
    for (const [place, { id, prediction }] of expected.entries()) {
      const [name, answer] = shown[place]?.split('\t') ?? []
      expect(name).toBe(id)
      expect(Number.parseFloat(answer ?? '')).toBeCloseTo(Number(prediction), 2)
    }
    expect(mistakes).toEqual([])
  })

  test('the page says what is wrong with a sample', async () => {
    await give('{"id":"a","text":[[1,2]]}')
    await page.locator('#mistake').filter({ hasText: /./ }).waitFor()
    expect(await page.locator('#mistake').textContent()).toMatch(/^sample 0, text.*: /)
    expect(await page.locator('#answers tr').count()).toBe(0)
    expect(mistakes).toEqual([])
  })
})
