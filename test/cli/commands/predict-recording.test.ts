/** `limbic predict` of a recording alone, with the models that come with Limbic. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { countingPicture, hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { jsonLines, limbic, mistakeOf } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()
const clips = resolve(import.meta.dirname, '../../../../shared/data/media/clips')

const answer = z.object({
  emotion: z.string().optional(),
  emotions: z.array(z.string()),
  probabilities: z.array(z.number()),
  timeline: z.array(z.object({ start: z.number(), end: z.number() })),
})

describe.skipIf(!hasFfmpeg)('limbic predict RECORDING (needs ffmpeg)', () => {
  test('says that nothing is to be heard or seen where that is so', async () => {
    runFfmpeg(...countingPicture(50), at('grey.mp4'))
    const { status, stdout, stderr } = await limbic(['predict', at('grey.mp4')])
    expect(status).toBe(0)
    expect(stdout).toBe('grey.mp4, 2.0 s: nothing to be heard or seen\n')
    expect(stderr).toContain('no face is seen')
    expect(stderr).toContain('Starter models')
  })

  test('writes a page beside the recording, or in a folder for several', async () => {
    runFfmpeg(...countingPicture(25), ...['-f', 'lavfi', '-i', 'sine=duration=1'], at('a & b.mp4'))
    const page = at('pages', 'one.html')
    const { stdout } = await limbic(['predict', at('a & b.mp4'), '--report', page, '--quiet'])
    expect(stdout.trim().split('\n').at(-1)).toBe(page)
    const html = readFileSync(page, 'utf8')
    expect(html).toContain(
      '<video class="player" controls preload="metadata" src="../a%20%26%20b.mp4">',
    )
    expect(html).toContain('aria-label="Spectrogram: 64 bands, the lowest below"')
    await limbic(['predict', at('a & b.mp4'), '--report', at('pages'), '--quiet'])
    expect(existsSync(at('pages', 'a & b.html'))).toBe(true)
  })

  test('answers a folder one by one; what is no recording is told, and ends with an error', async () => {
    mkdirSync(at('folder'))
    runFfmpeg(...countingPicture(25), at('folder', 'a.mp4'))
    writeFileSync(at('folder', 'b.mp4'), 'version https://git-lfs.github.com/spec/v1\n')
    const { status, stdout, stderr } = await limbic(['predict', at('folder'), '--json'])
    const [first, second] = jsonLines(stdout)
    expect(first).toMatchObject({ name: 'a.mp4', timeline: [{ start: 0 }, { end: 1 }] })
    expect(second).toMatchObject({
      name: at('folder', 'b.mp4'),
      error: expect.stringContaining('b.mp4'),
    })
    expect(status).toBe(2)
    expect(stderr).toMatch(/1 of 2 recordings could not be decoded/)
  })

  test('refuses one page for several recordings, and keeps pages of like names apart', async () => {
    mkdirSync(at('alike'))
    runFfmpeg(...countingPicture(25), at('alike', 'a.mp4'))
    runFfmpeg('-f', 'lavfi', '-i', 'sine=duration=1', at('alike', 'a.wav'))
    const one = await limbic(['predict', at('alike'), '--report', at('one.html'), '--quiet'])
    expect(mistakeOf(one)).toMatch(/--report: one page cannot hold several recordings/)
    expect(existsSync(at('one.html'))).toBe(false)
    await limbic(['predict', at('alike'), '--report', at('apart'), '--quiet'])
    expect(readdirSync(at('apart')).sort()).toEqual(['a.mp4.html', 'a.wav.html'])
  })

  test('refuses what the starter models would ignore', async () => {
    runFfmpeg(...countingPicture(25), at('mute.mp4'))
    const words = await limbic(['predict', at('mute.mp4'), '--words', at('mute.srt'), '--quiet'])
    expect(mistakeOf(words)).toMatch(/--words: the starter models .* not words/)
    const own = await limbic(['predict', at('no-run'), at('mute.mp4'), '--report', at('p.html')])
    expect(mistakeOf(own)).toMatch(/--report: pages are written only for recordings/)
  })

  test('refuses what samples and data sets would ignore, but says first what is missing', async () => {
    const flags = ['--words', at('mute.srt'), '--strict', '--quiet']
    for (const input of ['synthetic', '-']) {
      const given = await limbic(['predict', at('no-run'), input, ...flags])
      expect(mistakeOf(given)).toMatch(/--words, --strict: these options apply only to recordings/)
    }
    const missing = await limbic(['predict', at('no-run'), at('missing.mp4'), ...flags])
    expect(mistakeOf(missing)).not.toMatch(/only to recordings/)
  })

  test('of what is neither says what it is', async () => {
    writeFileSync(at('notes.txt'), 'no recording\n')
    expect(mistakeOf(await limbic(['predict', at('notes.txt'), '--quiet']))).toMatch(/notes\.txt/)
    expect(mistakeOf(await limbic(['predict', at('missing.mp4')]))).toMatch(/no such/)
  })

  test.skipIf(!existsSync(clips))('sees what a face shows (needs ../shared)', async () => {
    const { stdout } = await limbic([
      'predict',
      join(clips, 'diyon-happy.mp4'),
      '--json',
      '--quiet',
    ])
    const { emotion, probabilities, timeline } = answer.parse(jsonLines(stdout)[0])
    expect(emotion).toBe('happy')
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
    expect(timeline.length).toBe(6)
    const told = await limbic(['predict', join(clips, 'diyon-happy.mp4'), '--quiet'])
    expect(told.stdout).toMatch(
      /^diyon-happy\.mp4, (2\.9|3\.0) s: happy, [\w ]+\n {2}happy +█+░* +\d+%/,
    )
    expect(told.stdout).toMatch(/Over time:\n {2}0\.0 to /)
  })
})
