/** `limbic data extract`: recordings of a folder as a store, by real worker processes. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../../../src/data/corpora/store/index.js'
import { hasFfmpeg, runFfmpeg } from '../../../support/clips.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'
import { start } from '../../../support/running.js'

const at = temporaryPaths()

/** Sounds of two classes, which differ in pitch, of three speakers. */
const rows = Array.from({ length: 12 }, (_, index) => ({
  file: `${index}.wav`,
  pitch: index % 2 === 0 ? 200 : 900,
  emotion: index % 2 === 0 ? 'sad' : 'happy',
  speaker: `s${index % 3}`,
  split: ['train', 'valid', 'test'][index % 3] ?? 'train',
}))

const contents = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

describe.skipIf(!hasFfmpeg)('limbic data extract (needs ffmpeg)', () => {
  const corpus = at('corpus')
  const sound = ['--recipe', 'compact', '--modalities', 'audio', '--workers', '2']
  const extract = (out: string, ...more: string[]) => [
    ...['data', 'extract', corpus, ...sound, '--out', out],
    ...more,
  ]

  beforeAll(() => {
    mkdirSync(corpus)
    for (const { file, pitch } of rows) {
      runFfmpeg('-f', 'lavfi', '-i', `sine=${pitch}:duration=0.6:r=16000`, join(corpus, file))
    }
    writeFileSync(join(corpus, '12.wav'), 'no recording')
    const lines = [
      'path,emotion,speaker,split,words',
      ...rows.map(
        ({ file, emotion, speaker, split }) => `${file},${emotion},${speaker},${split},so it is`,
      ),
      '12.wav,sad,s0,train,so it is',
    ]
    writeFileSync(join(corpus, 'manifest.csv'), `${lines.join('\n')}\n`)
  })

  test('writes a store that trains, and lists the clips that failed', async () => {
    const { status, stdout, stderr } = await limbic(extract(at('store')))
    expect(status).toBe(0)
    expect(stderr).toMatch(/1 clips left out:\n {2}12: .*12\.wav: is not a recording/)
    expect(stdout).toMatch(/4 \/ 4 \/ 4 samples/)
    const store = await openStore(at('store'))
    expect(store.recipe?.name).toBe('compact')
    expect(store.recipe?.vision).toBeUndefined()
    expect([...(store.splits.train.features.audio?.lengths ?? [])]).toEqual([61, 61, 61, 61])
    store.close()
    const tiny = ['--modalities', 'audio', '--hidden', '4', '--epochs', '2', '--threads', '1']
    await succeed('train', 'mmlatch', '--data', at('store'), ...tiny, '--quiet', '--out', at('run'))
    // Features of another recipe are refused.
    await succeed(
      ...['data', 'extract', corpus, '--recipe', 'selfcross', '--modalities', 'audio'],
      '--out',
      at('other'),
    )
    expect(mistakeOf(await limbic(['predict', at('run'), at('other'), '--quiet']))).toMatch(
      /another recipe/,
    )
  })

  test('makes features that a model is asked about in recordings, with words', async () => {
    const glove = at('words.txt')
    writeFileSync(glove, 'so 1 0\nit 0 1\nis 1 1\n')
    const made = ['--recipe', 'selfcross', '--modalities', 'text,audio', '--glove', glove]
    await succeed('data', 'extract', corpus, ...made, '--out', at('spoken'), '--quiet')
    const tiny = ['--modalities', 'text,audio', '--epochs', '1', '--threads', '1']
    const trained = ['--data', at('spoken'), ...tiny, '--quiet', '--out', at('asked')]
    await succeed('train', 'mult', ...trained)
    const srt = at('0.srt')
    writeFileSync(srt, '1\n00:00:00,000 --> 00:00:00,500\nSo it is.\n')
    const clip = join(corpus, '0.wav')
    const asked = (...more: string[]) =>
      limbic(['predict', at('asked'), clip, '--glove', glove, '--quiet', ...more])
    // The same clip as a sample of the store says the same.
    const [answer] = jsonLines((await asked('--words', srt, '--json')).stdout)
    const stored = jsonLines(
      await succeed('predict', at('asked'), at('spoken'), '--split', 'train', '--quiet'),
    )
    const same = stored.find(({ id }) => id === '0')
    expect(answer).toEqual({ ...same, id: '0.wav' })
    expect((await asked('--words', srt)).stdout).toMatch(
      /Recording +Prediction +happy +sad\n.*\n0\.wav/,
    )

    expect(mistakeOf(await asked())).toMatch(/reads words.*--words/)
    const other = at('other.txt')
    writeFileSync(other, 'so 1 0\n')
    expect(mistakeOf(await asked('--words', srt, '--glove', other))).toMatch(
      /another recipe.*resources\.glove\.digest/,
    )
    expect(
      mistakeOf(await limbic(['predict', at('asked'), clip, '--words', srt, '--quiet'])),
    ).toMatch(/needs word vectors.*--glove/)
  })

  test('recordings without labels become a store that is predicted, and cannot train', async () => {
    const unknown = at('unknown')
    mkdirSync(unknown)
    for (const name of ['a.wav', 'b.wav'])
      cpSync(join(corpus, `${name === 'a.wav' ? 0 : 1}.wav`), join(unknown, name))
    const told = await limbic([...['data', 'extract', unknown, ...sound], '--out', at('asked-for')])
    expect(told.stderr).toMatch(/any folder of recordings, without labels/)
    expect(told.stdout).toMatch(/0 \/ 0 \/ 2 samples/)
    const tiny = ['--modalities', 'audio', '--hidden', '4', '--epochs', '1', '--threads', '1']
    const trained = ['--data', at('store'), ...tiny, '--quiet', '--out', at('known')]
    await succeed('train', 'mmlatch', ...trained)
    const answers = jsonLines(await succeed('predict', at('known'), at('asked-for'), '--quiet'))
    expect(answers.map(({ id }) => id)).toEqual(['a.wav', 'b.wav'])
    // The same sounds with labels are answered the same.
    const stored = ['predict', at('known'), at('store'), '--split', 'train', '--quiet']
    const [first] = jsonLines(await succeed(...stored))
    expect({ ...answers[0], id: '0' }).toEqual(first)
    expect(await succeed('data', 'inspect', at('asked-for'))).toMatch(/audio/)
    const refused = limbic([
      'train',
      'mmlatch',
      '--data',
      at('asked-for'),
      ...tiny,
      '--out',
      at('no'),
    ])
    expect(mistakeOf(await refused)).toMatch(/no labels.*only be predicted/)
    // A manifest whose clips have none, either.
    writeFileSync(join(unknown, 'manifest.csv'), 'path,speaker\na.wav,s0\nb.wav,s1\n')
    const again = ['data', 'extract', unknown, ...sound, '--out', at('asked-again')]
    expect(await succeed(...again, '--quiet')).toMatch(/0 \/ 0 \/ 2 samples/)
  })

  test('clips that cannot be as labelled are left out: their recordings are measured', async () => {
    const odd = at('odd')
    mkdirSync(odd)
    cpSync(join(corpus, '0.wav'), join(odd, 'a.wav'))
    const lines = [
      'path,emotion,start,end,split',
      'a.wav,sad,0,0.5,train',
      'a.wav,sad,0.7,0.9,train',
    ]
    const more = ['a.wav,happy,0,0.4,valid', 'a.wav,happy,0.1,0.4,test']
    const table = [...lines, ...more].map((line, row) => `${row === 0 ? 'id' : row},${line}`)
    writeFileSync(join(odd, 'manifest.csv'), `${table.join('\n')}\n`)
    const { stderr, stdout } = await limbic(['data', 'extract', odd, ...sound, '--out', at('few')])
    expect(stderr).toMatch(/1 clips left out: begins after its recording ends/)
    expect(stdout).toMatch(/1 \/ 1 \/ 1 samples/)
  })

  test('a model of other data is not asked about recordings', async () => {
    const tiny = ['--synthetic-train', '24', '--epochs', '1', '--hidden', '4', '--threads', '1']
    await succeed(
      'train',
      'mmlatch',
      '--data',
      'synthetic',
      ...tiny,
      '--quiet',
      '--out',
      at('made'),
    )
    const asked = limbic(['predict', at('made'), join(corpus, '0.wav'), '--quiet'])
    expect(mistakeOf(await asked)).toMatch(/cannot predict from recordings.*limbic data extract/)
  })

  test('gives the same bytes with one worker, and after an interruption', async () => {
    await succeed(...extract(at('one'), '--workers', '1', '--quiet'))
    const stopped = start(extract(at('stopped'), '--json', '--workers', '1'))
    await new Promise((seen) => stopped.child.stdout?.once('data', seen))
    stopped.child.kill('SIGINT')
    const { status, stderr } = await stopped.ended
    expect(status).toBe(130)
    expect(stderr).toMatch(/Stopped with \d+ clips left; repeat the command to resume/)
    expect(existsSync(at('stopped'))).toBe(false)
    const again = await limbic(extract(at('stopped'), '--json'))
    expect(
      jsonLines(again.stdout).filter(({ state }) => state === 'present').length,
    ).toBeGreaterThan(0)
    expect(contents(at('stopped'))).toEqual(contents(at('one')))
  })

  test('refuses what cannot be made, before anything is', async () => {
    const whole = ['data', 'extract', corpus, '--out', at('never')]
    for (const [args, message] of [
      [['--recipe', 'selfcros'], /unknown recipe "selfcros"/],
      [
        ['--recipe', 'compact', '--modalities', 'text'],
        /--modalities: recipe compact has no text: expected audio, vision/,
      ],
      [['--recipe', 'selfcross'], /recipe selfcross: needs word vectors .*--glove/],
      [['--recipe', 'compact', '--glove', 'x.txt'], /--glove is given, but nothing uses it/],
      [[...sound, '--classes', 'angry'], /no clip is left/],
      [[...sound, '--strict'], /12: .*12\.wav: is not a recording.*Without --strict/],
      [[...sound, '--workers', '0'], /--workers/],
    ] as const) {
      expect(mistakeOf(await limbic([...whole, ...args, '--quiet'])), args.join(' ')).toMatch(
        message,
      )
      expect(existsSync(at('never'))).toBe(false)
    }
    rmSync(at('never.parts'), { recursive: true, force: true })
    expect(
      mistakeOf(await limbic(['data', 'extract', at('run'), ...sound, '--out', at('never')])),
    ).toMatch(/not a corpus of recordings/)
  })
})
