/** Reorganising a corpus: the clips that are written, and that the layout is read back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  cleanCorpus,
  divideClips,
  openRawCorpus,
  type RawCorpus,
} from '../../../src/data/corpora/raw/index.js'
import { durationsOf } from '../../../src/extraction/corpus/durations.js'
import { reorganise } from '../../../src/extraction/reorganise/reorganise.js'
import { openImages, openMedia } from '../../../src/media/decode/node/index.js'
import {
  amplitude,
  countingPicture,
  framesOf,
  greyOf,
  hasFfmpeg,
  runFfmpeg,
  soundOf,
  tones,
} from '../../support/clips.js'
import { everythingIn } from '../../support/command-line.js'
import { writeTree } from '../../support/data/trees.js'
import { temporaryPaths } from '../../support/folders.js'
import { findPython, runPython } from '../../support/python.js'

const path = temporaryPaths()
const python = findPython(['pickle'])
const dialogue = 'Ses01F_impro01'
const root = `Session1/dialog`

/** A dialogue of 4 s: 25 frames a second, the right half 60 levels darker, a tone on each channel. */
function makeIemocap(): string {
  const folder = writeTree(path('IEMOCAP'), {
    [`${root}/EmoEvaluation/${dialogue}.txt`]: [
      '% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]',
      `[0.5000 - 1.5000]\t${dialogue}_F000\tneu\t[2.5, 2.5, 2.5]`,
      `[2.0000 - 3.0000]\t${dialogue}_M000\tang\t[2.5, 2.5, 2.5]`,
      `[9.0000 - 9.5000]\t${dialogue}_F001\tsad\t[2.5, 2.5, 2.5]`,
      `[1.0000 - 2.0000]\t${dialogue}_F002\txxx\t[2.5, 2.5, 2.5]`,
      '',
    ].join('\n'),
    [`${root}/transcriptions/${dialogue}.txt`]: Buffer.from(
      [
        `${dialogue}_F000 [000.5000-001.5000]: Caf\u00e9: who?`,
        `${dialogue}_M000 [002.0000-003.0000]: No.`,
        `${dialogue}_F001 [009.0000-009.5000]: Late.`,
        '',
      ].join('\n'),
      'latin1',
    ),
    [`Session1/sentences/ForcedAlignment/${dialogue}/${dialogue}_F000.wdseg`]:
      '\t 0 9 -1 <s>\n\t 10 39 -2 CAFE(2)\n\t 40 89 -3 WHO\nTotal score: 0\n',
  })
  for (const kind of ['avi/DivX', 'wav']) mkdirSync(join(folder, root, kind), { recursive: true })
  const halves = "geq=lum='clip(lum(X\\,Y)-60*gte(X\\,32)\\,0\\,255)':cb=128:cr=128"
  const video = join(folder, root, `avi/DivX/${dialogue}.avi`)
  const divx = ['-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le']
  runFfmpeg(...countingPicture(100), ...tones(4, 16000), '-vf', halves, ...divx, video)
  runFfmpeg(...tones(4, 16000), join(folder, root, `wav/${dialogue}.wav`))
  return folder
}

const bytesOf = (folder: string) =>
  everythingIn(folder).map((file) => [
    file.slice(folder.length),
    existsSync(join(file, '.')) ? '' : readFileSync(file).toString('base64'),
  ])

describe.skipIf(!hasFfmpeg)('reorganising (needs ffmpeg)', () => {
  let folder = ''
  let corpus: RawCorpus
  beforeAll(async () => {
    folder = makeIemocap()
    const raw = await openRawCorpus(folder)
    const durations = await durationsOf(raw, 1)
    expect([...durations.values()].map(Math.round)).toEqual([4, 4])
    corpus = divideClips(cleanCorpus(raw, { durationOf: (file) => durations.get(file) }))
  })

  test("IEMOCAP becomes MESM's layout: the speaker's half, channel, words and label", async () => {
    expect(corpus.clips.map(({ id }) => id)).toEqual([`${dialogue}_F000`, `${dialogue}_M000`])
    const out = path('IEMOCAP_RAW_PROCESSED')
    const { state, outcomes } = await reorganise({ corpus, folder, out })
    expect(state).toBe('complete')
    expect(outcomes).toEqual(
      corpus.clips.map(({ id }) => ({ state: 'extracted', id, remarks: [] })),
    )
    const names = readdirSync(join(out, `${dialogue}_F000`))
    expect(names).toHaveLength(31)
    expect(names).toEqual(
      expect.arrayContaining(['audio_L.wav', 'image_L_0.jpg', 'image_L_29.jpg']),
    )

    const read = await openRawCorpus(out)
    expect(read.layout).toMatch(/processed layout/)
    for (const [place, clip] of corpus.clips.entries()) {
      const { media, ...rest } = read.clips[place] ?? {}
      const { media: _, ...known } = clip
      expect(rest).toEqual(known)
      expect(media?.frames).toHaveLength(30)
    }
    expect(read.clips[0]).toMatchObject({
      text: 'Café: who?',
      words: [
        { word: 'cafe', start: 0.1, end: 0.4 },
        { word: 'who', start: 0.4, end: 0.9 },
      ],
    })

    const [left, right] = read.clips
    for (const [clip, begin, dark] of [
      [left, 0.5, 0],
      [right, 2, 60],
    ] as const) {
      const frames = await framesOf(await openImages(clip?.media.frames ?? []), {
        frames: { every: 1 },
      })
      frames.forEach(({ width, height, data }, number) => {
        expect([width, height]).toEqual([32, 48])
        const shown = Math.floor((begin + number / 30) * 25 + 1e-6)
        const middle = data[3 * (24 * 32 + 16)] ?? 0
        expect(Math.abs(middle - Math.max(0, greyOf(shown) - dark * (255 / 219)))).toBeLessThan(8)
      })
      const sound = await openMedia(clip?.media.sound?.path ?? '')
      const { channels } = await soundOf(sound)
      expect([channels.length, channels[0]?.length, sound.sound?.rate]).toEqual([1, 16000, 16000])
      const samples = channels[0] ?? new Float32Array(0)
      expect(amplitude(samples, 300, 16000)).toBeCloseTo(dark === 0 ? 0.5 : 0, 2)
      expect(amplitude(samples, 500, 16000)).toBeCloseTo(dark === 0 ? 0 : 0.25, 2)
    }
  })

  test('an interruption and the number of workers change no byte', async () => {
    const whole = path('whole')
    await reorganise({ corpus, folder, out: whole, workers: 2 })
    const broken = path('broken')
    const control = new AbortController()
    const stopped = await reorganise({
      ...{ corpus, folder, out: broken, workers: 1, signal: control.signal },
      ended: () => control.abort(),
    })
    expect(stopped.state).toBe('stopped')
    expect(existsSync(join(broken, 'meta.pkl'))).toBe(false)
    // As a crash would leave it.
    writeFileSync(join(broken, 'clips.jsonl'), '{"id": "cut o', { flag: 'a' })
    const { outcomes } = await reorganise({ corpus, folder, out: broken, workers: 2 })
    expect(outcomes.map(({ state }) => state)).toEqual(['present', 'extracted'])
    expect(bytesOf(broken)).toEqual(bytesOf(whole))
  })

  test('what cannot be written is left out with its reason, or refused', async () => {
    writeFileSync(path('junk.wav'), 'no sound')
    const [first] = corpus.clips
    const clips = [
      ...corpus.clips,
      { ...first, id: 'junk', media: { sound: { path: path('junk.wav') } } },
      { ...first, id: '../outside', media: first?.media ?? {} },
    ]
    const out = path('failing 100%d')
    const { outcomes, corpus: written } = await reorganise({
      ...{ corpus: { ...corpus, clips }, folder, out },
    })
    expect(outcomes.slice(2)).toEqual([
      { state: 'failed', id: 'junk', reason: expect.stringContaining('junk.wav') },
      { state: 'failed', id: '../outside', reason: expect.stringContaining('name of a folder') },
    ])
    expect(written.clips).toHaveLength(2)
    expect((await openRawCorpus(out)).clips).toHaveLength(2)
    expect(existsSync(path('outside'))).toBe(false)
    await expect(
      reorganise({
        ...{ corpus: { ...corpus, clips: clips.slice(0, 3) }, folder, out: path('strict') },
        strict: true,
      }),
    ).rejects.toThrow(/junk/)
    await expect(reorganise({ corpus, folder, out: join(folder, 'in') })).rejects.toThrow(/within/)
    await expect(reorganise({ corpus, folder, out: path() })).rejects.toThrow(/something else/)
  })

  test.skipIf(!python)('Python reads meta.pkl (needs Python)', () => {
    const meta = JSON.parse(
      runPython(
        python,
        'import json, pickle, sys; print(json.dumps(pickle.load(open(sys.argv[1], "rb"))))',
        path('IEMOCAP_RAW_PROCESSED', 'meta.pkl'),
      ),
    )
    expect(meta[`${dialogue}_M000`]).toMatchObject({ text: 'No.', label: 'ang' })
  })
})
