/** A model that looks at parts of the sound and of the face: shown live over both. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser } from '../../support/browser.js'
import { hasFfmpeg } from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'
import { exportedMesm } from '../../support/models/exported-mesm.js'
import { makeDevices } from '../../support/studio/devices.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'
import { recordWorker, type WorkerRecord } from '../../support/studio/recorded-worker.js'

const at = temporaryPaths()

describe.skipIf(!hasBrowser || !hasFfmpeg)('in Chromium (needs it, and ffmpeg)', () => {
  let here: StudioPage
  let worker: WorkerRecord

  beforeAll(async () => {
    mkdirSync(at('words'))
    const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'so', 'happy']
    writeFileSync(at('words', 'vocab.txt'), pieces.join('\n'))
    writeFileSync(at('mesm.onnx'), await exportedMesm(at('words')))
    const devices = makeDevices(at)
    here = await openStudioPage({ folder: at('runs') }, ...devices)
    worker = await recordWorker(here.page)
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  test('positions of the sound are drawn over its spectrogram, those that were just heard', async () => {
    const { page, open } = here
    await open('live')
    await page.locator('input[accept=".onnx"]').setInputFiles(at('mesm.onnx'))
    await page.getByText(/^mesm, trained on/).waitFor()
    await page.getByRole('button', { name: 'Use camera and microphone' }).click()
    await page.getByText('pink on the sound').waitFor()
    await expect
      .poll(async () => (await worker.all('attention')).at(-1)?.attention.sound?.starts.length, {
        timeout: 60_000,
      })
      .toBeGreaterThan(4)
    await expect.poll(() => pinkShares(here), { timeout: 20_000 }).not.toEqual([])
    // An answer looks back 4 of the 60 seconds that are shown.
    const shares = await pinkShares(here)
    expect(Math.min(...shares)).toBeGreaterThan(0.85)
    const [attention] = (await worker.all('attention')).slice(-1)
    const { sound } = attention?.attention ?? {}
    expect(sound?.weights).toHaveLength(
      (sound?.starts.length ?? 0) * (sound?.columns ?? 0) * ((sound?.edges.length ?? 0) - 1),
    )
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Stop' }).click()
  })
})

/** Where the spectrogram has the colour of positions, from its left edge (0) to its right (1). */
async function pinkShares({ page }: StudioPage): Promise<readonly number[]> {
  return page.getByRole('img', { name: 'Sound of the last minute' }).evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no spectrogram')
    const { width, height } = canvas
    const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? {}
    const found = new Set<number>()
    for (let place = 0; place < width * height; place++) {
      const [red = 0, green = 0, blue = 0] = data.slice(4 * place, 4 * place + 3)
      // No colour of the spectrogram has much more red and blue than green.
      if (red > green + 100 && blue > green + 30) found.add((place % width) / width)
    }
    return [...found]
  })
}
