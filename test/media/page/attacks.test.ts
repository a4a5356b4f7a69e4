/** Mutated recordings in a page: whatever is in a file, it is read, or answered in one line. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { oneLine } from '../../../src/base/text/clean.js'
import { makeSeeds, mutated } from '../../attacks/recordings.js'
import { hasBrowser, serveSite } from '../../support/browser.js'
import { hasFfmpeg } from '../../support/clips.js'
import { temporaryPaths } from '../../support/folders.js'
import type { calls } from './site/main.js'

declare const window: { readonly calls: typeof calls }

/** How many files are tried, as for Node: see `test/attacks/recordings.test.ts`. */
const count = Number(process.env.LIMBIC_MEDIA_ATTACKS ?? 60)
const first = Number(process.env.LIMBIC_MEDIA_ATTACKS_FIRST ?? 0)
/** Milliseconds. */
const longest = 20_000

const at = temporaryPaths()

test.skipIf(!hasBrowser || !hasFfmpeg)(
  'no mutated recording stops a page, and each is told of in single lines (needs Chromium and ffmpeg)',
  async () => {
    const seeds = makeSeeds(at)
    await using site = await serveSite(join(import.meta.dirname, 'site'), at('files'), at('site'))
    const { page, mistakes } = await site.open()
    page.setDefaultTimeout(longest)
    for (let input = first; input < first + count; input++) {
      const { name, bytes } = mutated(seeds, input)
      const place = `${name}, input ${input}`
      const reading = page.evaluate(([file, text]) => window.calls.attack(file, text), [
        name,
        Buffer.from(bytes).toString('base64'),
      ] as const)
      let timer: NodeJS.Timeout | undefined
      const stuck = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`the page hangs at ${place}`)), longest)
      })
      const { told } = await Promise.race([reading, stuck]).catch((error: unknown) => {
        throw new Error(place, { cause: error })
      })
      clearTimeout(timer)
      for (const line of told) expect(line, place).toBe(oneLine(line))
      expect(mistakes, place).toEqual([])
    }
  },
  3_600_000,
)
