/** `limbic data extract` on real recordings of the reference data, and its report. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/data/corpora/store/index.js'
import { perSplit } from '../../src/data/dataset.js'
import { countingPicture, hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { limbic, succeed } from '../support/command-line.js'
import { sharedPath, temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const ravdess = sharedPath('data', 'media', 'ravdess', 'manifest.csv')
const clips = sharedPath('data', 'media', 'clips')

/** The class and split of each clip come to the same number in each. */
function someOfRavdess(manifest: string): string {
  const folder = at('ravdess')
  mkdirSync(folder)
  const [heading = '', ...lines] = readFileSync(manifest, 'utf8').trim().split('\n')
  const columns = heading.split(',')
  const counts = new Map<string, number>()
  const taken = lines.filter((line) => {
    const cells = line.split(',')
    const [emotion = '', split = ''] = ['emotion', 'split'].map(
      (name) => cells[columns.indexOf(name)] ?? '',
    )
    if (!['angry', 'sad'].includes(emotion)) return false
    const key = `${emotion} ${split}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count <= 2
  })
  for (const line of taken) {
    const [path = ''] = line.split(',')
    copyFileSync(join(manifest, '..', path), join(folder, basename(path)))
  }
  const rows = taken.map((line) => line.replace(/^[^,]*\//, ''))
  writeFileSync(join(folder, 'manifest.csv'), `${[heading, ...rows].join('\n')}\n`)
  return folder
}

describe.skipIf(!hasFfmpeg)('extraction of recordings (needs ffmpeg)', () => {
  test.skipIf(!ravdess)(
    "RAVDESS by SelfCross's MFCC and by log-mel trains (needs ../shared)",
    async () => {
      const folder = someOfRavdess(ravdess ?? '')
      for (const [recipe, width] of [
        ['selfcross', 120],
        ['compact', 64],
      ] as const) {
        const out = at(recipe)
        const sound = ['--recipe', recipe, '--modalities', 'audio', '--workers', '2', '--quiet']
        await succeed('data', 'extract', folder, ...sound, '--out', out)
        const store = await openStore(out)
        const { audio } = store.splits.train.features
        expect(store.splits.train.ids).toHaveLength(4)
        expect(audio?.width).toBe(width)
        // Utterances of 3 to 5 s, a row every 10 ms.
        for (const length of audio?.lengths ?? []) {
          expect(length).toBeGreaterThan(290)
          expect(length).toBeLessThan(530)
        }
        store.close()
        const tiny = ['--modalities', 'audio', '--hidden', '4', '--epochs', '1', '--threads', '1']
        const run = at(`run-${recipe}`)
        await succeed('train', 'mmlatch', '--data', out, ...tiny, '--quiet', '--out', run)
        expect(JSON.parse(readFileSync(join(run, 'results.json'), 'utf8'))).toMatchObject({
          epochs: 1,
        })
      }
    },
  )

  test.skipIf(!clips)(
    'a page shows frames, faces and sound of real clips (needs ../shared)',
    async () => {
      const folder = at('clips')
      const rows = ['diyon-happy', 'diyon-sad', 'diyon-angry'].map((name, place) => {
        mkdirSync(folder, { recursive: true })
        copyFileSync(join(clips ?? '', `${name}.mp4`), join(folder, `${name}.mp4`))
        return `${name}.mp4,${name.slice(6)},${['train', 'valid', 'test'][place]}`
      })
      writeFileSync(join(folder, 'manifest.csv'), `path,emotion,split\n${rows.join('\n')}\n`)
      const page = at('clips.html')
      const args = ['--recipe', 'compact', '--out', at('faces'), '--report', page]
      const { status, stdout } = await limbic(['data', 'extract', folder, ...args])
      expect(status).toBe(0)
      expect(stdout.trim().split('\n').at(-1)).toBe(page)
      const html = readFileSync(page, 'utf8')
      expect(html.match(/aria-label="Spectrogram/g)).toHaveLength(3)
      // Eight frames a clip, and the face of nearly all.
      expect(html.match(/aria-label="at \d/g)?.length).toBeGreaterThan(3 * 8 * 1.5)
      const store = await openStore(at('faces'))
      expect(store.splits.train.features.vision?.width).toBe(7)
      expect(store.splits.train.features.vision?.lengths[0]).toBeGreaterThan(10)
      store.close()
    },
  )

  test('a page shows words where they have times, and says what was left out', async () => {
    const folder = at('made')
    mkdirSync(folder)
    runFfmpeg(...countingPicture(50), ...tones(2, 16000), join(folder, 'a.mp4'))
    writeFileSync(join(folder, 'd.mp4'), 'no recording')
    writeFileSync(join(folder, 'a.srt'), '1\n00:00:00,500 --> 00:00:01,500\n<b>so</b> it is now\n')
    const rows = ['train', 'valid', 'test'].map(
      (split, place) => `${place},a.mp4,${place / 2},${place / 2 + 1},sad,${split},a.srt`,
    )
    rows.push('d,d.mp4,,,sad,train,a.srt')
    writeFileSync(
      join(folder, 'manifest.csv'),
      `id,path,start,end,emotion,split,subtitles\n${rows.join('\n')}\n`,
    )
    const glove = at('glove.txt')
    writeFileSync(
      glove,
      ['so', 'it', 'is', 'now'].map((word) => `${word}${' 0.5'.repeat(300)}\n`).join(''),
    )
    const args = ['--recipe', 'mesm-features', '--glove', glove, '--quiet']
    const page = at('made.html')
    await succeed('data', 'extract', folder, ...args, '--out', at('made-store'), '--report', page)
    const store = await openStore(at('made-store'))
    expect(perSplit((name) => store.splits[name].rawText)).toEqual({
      ...{ train: ['so it'], valid: ['so it is now'], test: ['is now'] },
    })
    store.close()
    const html = readFileSync(page, 'utf8')
    expect(html).toContain('float32 [142]')
    expect(html).toMatch(/<dt>Words<\/dt><dd>so it is now<\/dd>/)
    expect(html).toContain('>it</text>')
    expect(html).toMatch(/Left out<\/h2>[\s\S]*d\.mp4: is not a recording/)
    // Three clips of eight frames, and no face.
    expect(html.match(/aria-label="at \d/g)?.length).toBeLessThanOrEqual(24)
    expect(html).toContain('aria-label="nothing"')
  })
})
