/** The list of samples: of stores, with the recordings they were made of, and of recordings themselves. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore, writeStore } from '../../../src/data/corpora/store/index.js'
import { synthesise } from '../../../src/data/corpora/synthetic/index.js'
import { randomSplits } from '../../../src/data/prepare/split/index.js'
import { listSamples } from '../../../src/extraction/corpus/list-samples.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

/** Writes empty files. */
function touch(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
  }
}

describe('a folder of recordings', () => {
  test('is listed with labels, words and files', async () => {
    touch(at('raw', 'happy', 'a.wav'), at('raw', 'sad', 'b.mp4'))
    writeFileSync(at('raw', 'sad', 'b.txt'), 'oh no')
    const list = await listSamples(at('raw'))
    expect(list).toMatchObject({ kind: 'samples', name: 'raw', recordings: at('raw') })
    expect(list.samples).toEqual([
      {
        id: 'happy/a',
        className: 'happy',
        media: { sound: { path: at('raw', 'happy', 'a.wav') } },
      },
      {
        ...{ id: 'sad/b', className: 'sad', text: 'oh no' },
        media: {
          video: { path: at('raw', 'sad', 'b.mp4') },
          transcript: at('raw', 'sad', 'b.txt'),
        },
      },
    ])
  })

  test('is inspected before features are made of it', async () => {
    const [told] = jsonLines(await succeed('data', 'inspect', '--json', at('raw')))
    expect(told).toMatchObject({ kind: 'recordings', name: 'raw', clips: 2, speakers: 0 })
    expect(told?.rows).toMatchObject([
      { label: 'happy', clips: 1 },
      { label: 'sad', clips: 1 },
    ])
    const text = await succeed('data', 'inspect', at('raw'))
    expect(text).toMatch(/one folder of clips per class/)
    expect(text).toMatch(/all +2/)
  })

  test('is narrowed by limbic data samples', async () => {
    const list = ['data', 'samples', at('raw')]
    expect(await succeed(...list, '--class', 'sad')).toMatch(/sad\/b .* oh no .*b\.mp4/)
    expect(mistakeOf(await limbic([...list, '--class', 'sat']))).toMatch(/Did you mean "sad"/)
    await succeed(...list, '--out', at('list.json'))
    expect(JSON.parse(readFileSync(at('list.json'), 'utf8'))).toEqual(await listSamples(at('raw')))
  })
})

describe('a store', () => {
  const samples = { train: 2, valid: 1, test: 1 }
  const made = synthesise({ samples, aligned: true, task: 'emotions' })
  const ids = [...made.splits.train.ids, ...made.splits.valid.ids]

  test('finds its recordings again, also if both have moved', async () => {
    touch(...ids.map((id) => at('project', 'clips', `${id}.wav`)))
    writeFileSync(
      at('project', 'clips', 'manifest.csv'),
      ['id,path,emotion', ...ids.map((id) => `${id},${id}.wav,happy`)].join('\n'),
    )
    await writeStore({ ...made, recordings: at('project', 'clips') }, at('project', 'store'))
    const manifest = JSON.parse(readFileSync(at('project', 'store', 'manifest.json'), 'utf8'))
    expect(manifest.recordings).toBe('../clips')
    renameSync(at('project'), at('moved'))
    const list = await listSamples(at('moved', 'store'))
    expect(list.recordings).toBe(at('moved', 'clips'))
    expect(list.samples.map(({ id, split, media }) => [id, split, media?.sound?.path])).toEqual([
      ...made.splits.train.ids.map((id) => [id, 'train', at('moved', 'clips', `${id}.wav`)]),
      ...made.splits.valid.ids.map((id) => [id, 'valid', at('moved', 'clips', `${id}.wav`)]),
      // A sample without its clip is a sample all the same.
      ...made.splits.test.ids.map((id) => [id, 'test', undefined]),
    ])
    const width = made.emotionNames?.length ?? 0
    expect(list.samples[0]?.emotions).toEqual([
      ...(made.splits.train.targets.emotions?.subarray(0, width) ?? []),
    ])
  })

  test('keeps them when it is divided anew or converted', async () => {
    const store = openStore(at('moved', 'store'))
    expect(randomSplits(store, { fractions: [0.5, 0.25, 0.25] }).recordings).toBe(
      at('moved', 'clips'),
    )
    store.close()
    await succeed('data', 'convert', at('moved', 'store'), '--out', at('copies', 'copy'))
    const copy = openStore(at('copies', 'copy'))
    copy.close()
    expect(copy.recordings).toBe(at('moved', 'clips'))
  })

  test('whose recordings are gone says so', async () => {
    rmSync(at('moved', 'clips'), { recursive: true })
    const { silent, recordings, samples: listed } = await listSamples(at('moved', 'store'))
    expect([silent, recordings]).toEqual([
      `its recordings are no longer at ${at('moved', 'clips')}`,
      undefined,
    ])
    expect(listed).toHaveLength(4)
    expect(listed.some(({ media }) => media)).toBe(false)
  })

  test('of recordings in a store of objects names their address', async () => {
    await writeStore({ ...made, recordings: 's3://lab/clips' }, at('remote'))
    const store = openStore(at('remote'))
    store.close()
    expect(store.recordings).toBe('s3://lab/clips')
    expect((await listSamples(at('remote'))).silent).toBe(
      'its recordings are no longer at s3://lab/clips',
    )
  })
})
