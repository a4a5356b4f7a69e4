/** `limbic data reorganise`, and extraction from what it writes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/data/corpora/store/index.js'
import { countingPicture, hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

describe.skipIf(!hasFfmpeg)('limbic data reorganise (needs ffmpeg)', () => {
  const corpus = at('corpus')
  const [out, split] = [at('out'), ['train', 'valid', 'test']]

  beforeAll(() => {
    mkdirSync(corpus)
    runFfmpeg(...countingPicture(75), ...tones(3, 16000), join(corpus, 'film.mp4'))
    const rows = Array.from({ length: 6 }, (_, index) => {
      const [start, emotion] = [0.3 * index, index % 2 === 0 ? 'sad' : 'happy']
      return `c${index},film.mp4,${start},${start + 1},${emotion},"one, two",${split[index % 3]}`
    })
    rows.push('late,film.mp4,7,8,sad,late,train', 'gone,gone.mp4,0,1,sad,gone,train')
    const heading = 'id,path,start,end,emotion,words,split'
    writeFileSync(join(corpus, 'manifest.csv'), `${[heading, ...rows].join('\n')}\n`)
  })

  test("prints MESM's tables and what each rule left out, and is read like any corpus", async () => {
    const { status, stdout, stderr } = await limbic(['data', 'reorganise', corpus, '--out', out])
    expect(status).toBe(0)
    expect(stderr).toMatch(/1 clips left out: begins after its recording ends/)
    expect(stderr).toMatch(/1 clips left out: no recording/)
    expect(stdout.replace(/ +/g, ' ')).toMatch(
      /happy 2\.00 1\.00 1 1 1\s+sad 2\.00 1\.00 1 1 1\s+all 2\.00 1\.00 2 2 2\s/,
    )
    expect(readFileSync(join(out, 'valid_split.txt'), 'utf8')).toBe('c1\nc4\n')

    const again = await limbic(['data', 'reorganise', corpus, '--out', out, '--json'])
    const lines = jsonLines(again.stdout)
    expect(lines.filter(({ state }) => state === 'present')).toHaveLength(6)
    expect(lines.at(-1)).toMatchObject({
      total: { words: 2, duration: 1, counts: { train: 2, valid: 2, test: 2 } },
    })

    const mesm = ['--recipe', 'mesm', '--modalities', 'audio,vision']
    await succeed('data', 'extract', out, ...mesm, '--out', at('store'), '--workers', '1')
    const { splits, close, classNames } = await openStore(at('store'))
    expect(classNames).toEqual(['happy', 'sad'])
    // 1 s of sound is 3 chunks of 400 ms; 2 frames a second, each with its centre.
    expect(splits.train.features.audio).toMatchObject({ shape: [1, 128, 32] })
    expect([...(splits.train.features.audio?.lengths ?? [])]).toEqual([3, 3])
    expect(splits.train.features.vision).toMatchObject({ shape: [3, 48, 48], dataType: 'uint8' })
    expect([...(splits.train.features.vision?.lengths ?? [])]).toEqual([2, 2])
    close()
  })

  test('refuses the corpus itself and folders of something else', async () => {
    const into = async (...args: string[]) =>
      mistakeOf(await limbic(['data', 'reorganise', corpus, '--quiet', '--out', ...args]))
    expect(await into(join(corpus, 'new'))).toMatch(/within the corpus/)
    expect(await into(at('store'))).toMatch(/something else/)
    expect(await into(at('never'), '--classes', 'calm')).toMatch(/no clip is left/)
  })
})
