/** A page of the tests: bundled by Vite, served, and open in Chromium. */
import { existsSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build, type PreviewServer, preview } from 'vite'

/** Where Debian and its like keep it; `LIMBIC_CHROMIUM` names another. */
export const browserPath = process.env.LIMBIC_CHROMIUM ?? '/usr/bin/chromium'
export const hasBrowser = existsSync(browserPath)

/** Options of Chromium that put a file in place of the camera (y4m) and one of the microphone (wav). */
export function fakeDevices(camera: string, microphone?: string): string[] {
  return [
    ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    `--use-file-for-fake-video-capture=${camera}`,
    ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
  ]
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** What went wrong in the page and was not handled there. */
  readonly mistakes: readonly string[]
}

/** A site that is built once and opened as often as is needed. */
export interface Site extends AsyncDisposable {
  open(...browserOptions: readonly string[]): Promise<OpenPage>
}

/**
 * Builds a site and serves it.
 *
 * @param root the folder with its index.html
 * @param files a folder whose files are served beside it
 * @param output where to build it
 */
export async function serveSite(root: string, files: string, output: string): Promise<Site> {
  mkdirSync(files, { recursive: true })
  const settings = { root, logLevel: 'error', configFile: false, appType: 'mpa' } as const
  await build({
    ...settings,
    publicDir: resolve(files),
    build: { outDir: resolve(output), emptyOutDir: true, target: 'es2023', minify: false },
  })
  const server: PreviewServer = await preview({
    ...settings,
    build: { outDir: resolve(output) },
    preview: { port: 0 },
  })
  const browsers: Browser[] = []
  return {
    async open(...browserOptions) {
      const browser = await chromium.launch({
        executablePath: browserPath,
        args: ['--no-sandbox', ...browserOptions],
      })
      browsers.push(browser)
      const page = await browser.newPage()
      const mistakes: string[] = []
      page.on('pageerror', ({ message }) => mistakes.push(message))
      await page.goto(server.resolvedUrls?.local[0] ?? 'no address')
      return { page, mistakes, [Symbol.asyncDispose]: () => browser.close() }
    },
    async [Symbol.asyncDispose]() {
      for (const browser of browsers) await browser.close()
      await server.close()
    },
  }
}
