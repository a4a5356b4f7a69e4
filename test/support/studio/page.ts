/** The studio's page as it is built, open in Chromium, with its server in this process. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { StudioOptions } from '../../../src/studio/server/start.js'
import { browserPath } from '../browser.js'
import { openStudio, type TestStudio } from './server.js'

export interface StudioPage extends AsyncDisposable {
  readonly page: Page
  readonly here: TestStudio
  /** Another page of the same browser. */
  readonly newPage: () => Promise<Page>
  /** What went wrong in the page, and what its policy refused. */
  readonly mistakes: readonly string[]
  /** Goes to a place of the page. */
  readonly open: (place: string, query?: Readonly<Record<string, string>>) => Promise<void>
}

export async function openStudioPage(
  options: Partial<StudioOptions> & Pick<StudioOptions, 'folder'>,
  ...browserOptions: readonly string[]
): Promise<StudioPage> {
  const here = await openStudio(options)
  const browser: Browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', ...browserOptions],
  })
  const page = await browser.newPage()
  page.setDefaultTimeout(120_000)
  const mistakes: string[] = []
  page.on('pageerror', ({ message }) => mistakes.push(message))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) mistakes.push(message.text())
  })
  await page.goto(here.studio.address)
  return {
    ...{ page, here, mistakes, newPage: () => browser.newPage() },
    async open(place, query = {}) {
      const hash = `#/${place}?${new URLSearchParams(query)}`
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await here[Symbol.asyncDispose]()
    },
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Checks that axe finds no serious fault in what the page shows. */
export async function expectAccessible(page: Page): Promise<void> {
  const found = await page.evaluate(async (source) => {
    // The page's policy allows no script in the document; this runs beside it.
    const { axe } = new Function(`${source}; return window`)() as {
      axe: {
        run(options: object): Promise<{
          passes: unknown[]
          violations: { id: string; impact: string; nodes: { html: string }[] }[]
        }>
      }
    }
    const { passes, violations } = await axe.run({ iframes: false })
    if (passes.length === 0) throw new Error('nothing was checked')
    return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes[0]?.html }))
  }, axe)
  expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
}
