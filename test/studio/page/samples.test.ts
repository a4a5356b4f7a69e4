/** The samples of a corpus in the page: listed, filtered and played, also beside an explanation. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser } from '../../support/browser.js'
import { h264, hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'

const at = temporaryPaths()

const clips = Array.from({ length: 12 }, (_, index) => ({
  id: `clip-${index}`,
  file: index === 0 ? 'clip-0.mp4' : `clip-${index}.wav`,
  emotion: index % 2 === 0 ? 'sad' : 'happy',
  split: ['train', 'valid', 'test'][index % 3] ?? 'train',
}))

describe.skipIf(!hasBrowser || !hasFfmpeg)('in Chromium (needs it, and ffmpeg)', () => {
  let here: StudioPage

  beforeAll(async () => {
    mkdirSync(at('clips'))
    for (const [index, { file }] of clips.entries()) {
      const tone = ['-f', 'lavfi', '-i', `sine=${200 + 100 * index}:duration=1:r=16000`]
      const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10:d=1', ...h264, '-c:a', 'aac']
      runFfmpeg(...tone, ...(index === 0 ? picture : []), at('clips', file))
    }
    const rows = clips.map(
      ({ id, file, emotion, split }, index) =>
        `${id},${file},${emotion},s${index % 4},${split},"I am ${emotion}, you see",${index === 2 ? '0.25,0.5' : ','}`,
    )
    const head = 'id,path,emotion,speaker,split,text,start,end'
    writeFileSync(at('clips', 'manifest.csv'), [head, ...rows].join('\n'))
    const sound = ['--recipe', 'compact', '--modalities', 'audio', '--workers', '1', '--quiet']
    await succeed('data', 'extract', at('clips'), ...sound, '--out', at('store'))
    const tiny = ['--modalities', 'audio', '--hidden', '4', '--epochs', '1', '--threads', '1']
    await succeed('train', 'mmlatch', '--data', at('store'), ...tiny, '--out', at('runs', 'first'))
    here = await openStudioPage({ folder: at('runs'), data: [at('store'), at('clips')] })
  }, 120_000)
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  /** Plays a recording without sound, and tells how far it came. */
  const playThrough = (kind: 'audio' | 'video') =>
    here.page.locator(kind).evaluate(async (media) => {
      if (!(media instanceof HTMLMediaElement)) throw new Error('no player')
      media.muted = true
      await media.play()
      const begun = media.currentTime
      await new Promise((resolve) => media.addEventListener('pause', resolve, { once: true }))
      const size = media instanceof HTMLVideoElement ? media.videoWidth : 0
      return { begun, end: media.currentTime, duration: media.duration, size }
    })

  test('a sample of a store plays from the recording that it was made of', async () => {
    const { page, open } = here
    await open('data')
    await page.getByLabel('Split').selectOption('train')
    await page.getByText('1 to 4 of 4').waitFor()
    await page.getByRole('button', { name: 'Play clip-0' }).click()
    await page.getByLabel('Recording of clip-0').waitFor()
    const { end, duration, size } = await playThrough('video')
    expect(size).toBe(160)
    expect(duration).toBeCloseTo(1, 1)
    expect(end).toBeCloseTo(duration, 1)
    await page.locator('blockquote', { hasText: 'I am sad, you see' }).waitFor()
    await expectAccessible(page)
  })

  test('a clip that is a part of its recording plays that part', async () => {
    const { page } = here
    await page.getByLabel('Data set').selectOption(at('clips'))
    await page.getByText('12 clips of 4 speakers, read as any folder with a manifest').waitFor()
    await page.getByLabel('Class').selectOption('sad')
    await page.getByText('1 to 6 of 6').waitFor()
    await page.getByRole('button', { name: 'Play clip-2' }).click()
    const { begun, end, duration } = await playThrough('audio')
    expect(duration).toBeCloseTo(1, 1)
    expect(begun).toBeGreaterThanOrEqual(0.2)
    expect(end).toBeGreaterThan(0.4)
    expect(end).toBeLessThan(0.9)
  })

  test('an explained sample of a run plays, too', async () => {
    const { page, open } = here
    await open('run', { path: 'first' })
    await page.getByRole('button', { name: 'Explain clip-5' }).click()
    const explained = page.getByRole('region', { name: 'Explanation of clip-5' })
    await explained.getByLabel('Recording of clip-5').waitFor()
    expect((await playThrough('audio')).end).toBeCloseTo(1, 1)
    await explained.locator('iframe').waitFor()
  })

  test('a recording that is gone is one clear line', async () => {
    const { page, open } = here
    await open('data')
    await page.getByLabel('Split').selectOption('valid')
    await page.getByText('1 to 4 of 4').waitFor()
    rmSync(at('clips', 'clip-1.wav'))
    await page.getByRole('button', { name: 'Play clip-1', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'clip-1.wav is no longer there' }).waitFor()
  })
})
