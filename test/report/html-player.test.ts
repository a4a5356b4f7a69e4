/** A page that plays a recording. */
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordingChart } from '../../src/report/charts/recording/recording-chart.js'
import { playerPolicy, playerScript } from '../../src/report/html/player.js'
import { htmlReport } from '../../src/report/html/report.js'
import { hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const svg = recordingChart({
  title: 'A recording',
  duration: 4,
  tracks: [{ kind: 'words', title: 'Words', words: [] }],
})
const page = (recording: string) =>
  htmlReport({
    title: 'A recording',
    sections: [
      {
        title: 'Over time',
        blocks: [
          { kind: 'player', recording, picture: false },
          { kind: 'figure', svg, caption: 'All of it' },
        ],
      },
    ],
  })

describe('a page with a player', () => {
  test('may run its own script and no other', () => {
    const digest = createHash('sha256').update(playerScript).digest('base64')
    expect(playerPolicy).toContain(`script-src 'sha256-${digest}'`)
    expect(page('a.wav')).toContain(playerPolicy)
    expect(page('"><script>alert(1)</script>').match(/<script/g)).toHaveLength(1)
  })

  test('is the only one that runs anything', () => {
    const other = htmlReport({ title: 'A table', sections: [] })
    expect(other).not.toMatch(/<script|media-src|script-src/)
  })
})

const browserPath = process.env.LIMBIC_CHROMIUM ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(browserPath) || !hasFfmpeg)(
  'a page with a player in Chromium (needs ffmpeg, LIMBIC_CHROMIUM or /usr/bin/chromium)',
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await browser?.close()
    })

    test('moves the cursor with the recording, and the recording to where one clicks', async () => {
      runFfmpeg(...tones(4, 8000), at('tones.wav'))
      writeFileSync(at('page.html'), page('tones.wav'))
      const tab = await browser.newPage()
      await tab.goto(pathToFileURL(at('page.html')).href)
      const cursor = tab.locator('.cursor')
      const player = "document.querySelector('audio.player')"
      await expect.poll(() => tab.evaluate(`${player}.readyState`)).toBeGreaterThan(0)
      await tab.evaluate(`${player}.currentTime = 1`)
      await expect.poll(() => cursor.getAttribute('transform')).toBe('translate(160,0)')

      const box = await tab.locator('figure svg').boundingBox()
      const start = await cursor.boundingBox()
      const scale =
        (box?.width ?? 0) / Number(await tab.locator('figure svg').getAttribute('width'))
      // The cursor is at 1 s: two more seconds are 320 pixels of the drawing.
      await tab.mouse.click((start?.x ?? 0) + 320 * scale, (start?.y ?? 0) + 10)
      await expect.poll(() => tab.evaluate(`${player}.currentTime`)).toBeCloseTo(3, 1)
      await expect
        .poll(async () => (await cursor.getAttribute('transform'))?.replace(/\D*([\d.]+).*/, '$1'))
        .toMatch(/^4[78]\d/)
    })
  },
)
