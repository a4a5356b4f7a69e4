/** Clips whose sound and picture lie in files of their own. */
import { beforeAll, describe, expect, test } from 'vitest'
import { openClip } from '../../src/extraction/open-clip.js'
import { countingPicture, h264, hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

describe.skipIf(!hasFfmpeg)('a clip (needs ffmpeg)', () => {
  const [silent, blind] = [at('silent.mp4'), at('blind.mp4')]
  beforeAll(() => {
    runFfmpeg(...countingPicture(10), ...h264, silent)
    runFfmpeg(...tones(0.4), '-c:a', 'aac', blind)
  })

  test('a silent video is sound if another file has its sound', async () => {
    const media = { video: { path: silent }, sound: { path: blind } }
    const { clip, close } = await openClip({ media }, true)
    expect(clip.picture?.source.picture).toBeDefined()
    expect(clip.sound?.source.sound).toBeDefined()
    expect([clip.picture?.source.remarks, clip.sound?.source.remarks]).toEqual([[], []])
    await close()
  })

  test('what no file has is refused', async () => {
    const alone = openClip({ media: { video: { path: silent } } }, true)
    await expect(alone).rejects.toThrow(/has no sound/)
    const unseen = openClip({ media: { sound: { path: blind } } }, true)
    await expect(unseen).rejects.toThrow(/has no picture/)
    const { clip, close } = await openClip({ media: { video: { path: silent } } }, false)
    expect(clip.sound?.source.remarks).toEqual(['has no sound; its picture is usable'])
    await close()
  })
})
