import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { RawClip, RawCorpus } from '../../src/data/corpora/raw/index.js'
import { openStore } from '../../src/data/corpora/store/index.js'
import { splitNames } from '../../src/data/dataset.js'
import { extractCorpus, partsFolder } from '../../src/extraction/extract-corpus.js'
import type { ClipJob, ClipOutcome } from '../../src/extraction/job.js'
import { writePart } from '../../src/extraction/part.js'
import type { Workers } from '../../src/extraction/workers.js'
import { recipeNamed, recipeSchema } from '../../src/media/recipes/index.js'
import { temporaryPaths } from '../support/folders.js'

const path = temporaryPaths()
const sound = path('sound.wav')
beforeAll(() => writeFileSync(sound, ''))

const clips = Array.from(
  { length: 12 },
  (_, index): RawClip => ({
    id: `clip/${index}`,
    media: { sound: { path: sound, start: index, end: index + 1 } },
    text: `words ${index}`,
    className: index % 2 === 0 ? 'happy' : 'sad',
    speaker: `person ${index % 3}`,
    split: splitNames[index % 3] ?? 'train',
  }),
)
const corpus: RawCorpus = {
  name: 'made',
  layout: 'made',
  clips,
  classNames: ['happy', 'sad'],
  dropped: [{ rule: 'no label', ids: ['x'] }],
  notes: [],
}
const recipe = recipeNamed('compact')

/** Clip n has n + 1 steps of sound, and a face except every fourth. */
function extracted({ clip, part, key }: ClipJob): ClipOutcome {
  const number = Number(clip.id.slice(5))
  const steps = number + 1
  const face = number % 4 !== 3
  writePart(part, key, {
    features: {
      audio: {
        dataType: 'float32',
        shape: [2],
        length: steps,
        values: Float32Array.from({ length: 2 * steps }, (_, index) => number + index / 100),
        times: Float64Array.from({ length: steps }, (_, index) => index / 100),
      },
      ...(face && {
        vision: {
          dataType: 'float32',
          shape: [3],
          length: 1,
          values: Float32Array.of(1, 2, number),
        },
      }),
    },
    remarks: [],
  })
  return { state: 'extracted', id: clip.id, remarks: [] }
}

/** Workers within this process, which finish in another order than they were asked. */
function fakeWorkers(
  work: (job: ClipJob) => ClipOutcome,
  asked: string[] = [],
): (count: number) => Workers {
  return (count) => ({
    count,
    async extract(job) {
      asked.push(job.clip.id)
      await new Promise((resolve) => setTimeout(resolve, (asked.length * 7) % 5))
      return work(job)
    },
    close: async () => {},
  })
}

const storeBytes = (folder: string) =>
  ['manifest.json', 'train.audio.npy', 'train.vision.npy', 'test.samples.json'].map((file) =>
    readFileSync(`${folder}/${file}`).toString('base64'),
  )

test('clips become the samples of a store, in the order of the corpus', async () => {
  const out = path('store')
  const told: string[] = []
  const extraction = await extractCorpus({
    corpus,
    recipe,
    out,
    workers: 3,
    openWorkers: fakeWorkers(extracted),
    ended: ({ id }, done, all) => told.push(`${id} ${done}/${all}`),
  })
  expect(extraction.state).toBe('complete')
  expect(told).toHaveLength(12)
  expect(told.at(-1)).toMatch(/12\/12$/)
  expect(existsSync(partsFolder(out))).toBe(false)
  const store = await openStore(out, { invalid: 'zero' })
  const { train } = store.splits
  expect(store.recipe).toEqual(recipe)
  expect(store.notes).toContain('1 clips left out: no label')
  expect(train.ids).toEqual(['clip/0', 'clip/3', 'clip/6', 'clip/9'])
  expect(train.speakers).toEqual(['person 0', 'person 0', 'person 0', 'person 0'])
  expect(train.rawText?.[1]).toBe('words 3')
  expect([...(train.targets.classes ?? [])]).toEqual([0, 1, 0, 1])
  expect([...(train.features.audio?.lengths ?? [])]).toEqual([1, 4, 7, 10])
  const values = new Float32Array(8)
  await train.features.audio?.read(1, values, 0)
  expect([...values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((index) => Math.fround(3 + index / 100)))
  // Without a face there is one step of missing values, which reading replaces.
  const face = new Float32Array(3)
  await train.features.vision?.read(1, face, 0)
  expect([...face]).toEqual([0, 0, 0])
  store.close()
})

test('interruptions and the number of workers change no byte', async () => {
  const whole = path('whole')
  await extractCorpus({
    corpus,
    recipe,
    out: whole,
    workers: 1,
    openWorkers: fakeWorkers(extracted),
  })
  const broken = path('broken')
  const control = new AbortController()
  const first: string[] = []
  const stopped = await extractCorpus({
    corpus,
    recipe,
    out: broken,
    workers: 2,
    signal: control.signal,
    openWorkers: fakeWorkers(extracted, first),
    ended: (_, done) => {
      if (done === 5) control.abort()
    },
  })
  expect(stopped.state).toBe('stopped')
  expect(existsSync(broken)).toBe(false)
  const second: string[] = []
  await extractCorpus({
    corpus,
    recipe,
    out: broken,
    workers: 4,
    openWorkers: fakeWorkers(extracted, second),
  })
  expect(second.filter((id) => first.includes(id))).toEqual([])
  expect(storeBytes(broken)).toEqual(storeBytes(whole))
})

test('features of another recipe are made again', async () => {
  const { audio } = recipe
  if (!audio) throw new Error('the recipe has no sound')
  const out = path('again')
  const fail = (job: ClipJob): ClipOutcome =>
    job.clip.id === 'clip/0'
      ? { state: 'failed', id: job.clip.id, reason: 'no sound' }
      : extracted(job)
  await extractCorpus({ corpus, recipe, out, openWorkers: fakeWorkers(fail) })
  const same: string[] = []
  await extractCorpus({ corpus, recipe, out, openWorkers: fakeWorkers(fail, same) })
  expect(same).toEqual(['clip/0'])
  const other: string[] = []
  await extractCorpus({
    corpus,
    recipe: { ...recipe, audio: { ...audio, chunk: 2 } },
    out,
    openWorkers: fakeWorkers(fail, other),
  })
  expect(other).toHaveLength(12)
})

test('a clip that fails is left out and told, or stops everything where it is to be strict', async () => {
  const fail = (job: ClipJob): ClipOutcome =>
    job.clip.id === 'clip/4'
      ? { state: 'failed', id: job.clip.id, reason: 'the picture is damaged' }
      : extracted(job)
  const out = path('failing')
  const { outcomes } = await extractCorpus({ corpus, recipe, out, openWorkers: fakeWorkers(fail) })
  expect(outcomes.filter(({ state }) => state === 'failed')).toEqual([
    { state: 'failed', id: 'clip/4', reason: 'the picture is damaged' },
  ])
  const store = await openStore(out)
  expect(store.splits.valid.ids).toEqual(['clip/1', 'clip/7', 'clip/10'])
  expect(store.notes.join()).toMatch(/1 clips could not be read/)
  store.close()
  await expect(
    extractCorpus({
      corpus,
      recipe,
      out: path('strict'),
      strict: true,
      openWorkers: fakeWorkers(fail),
    }),
  ).rejects.toThrow(/clip\/4: the picture is damaged/)
  await expect(
    extractCorpus({
      corpus,
      recipe,
      out: path('nothing'),
      openWorkers: fakeWorkers(({ clip }) => ({ state: 'failed', id: clip.id, reason: 'gone' })),
    }),
  ).rejects.toThrow(/no clip could be extracted.*clip\/0: gone/)
})

test('pictures have no missing value: a clip without any is left out', async () => {
  const pictures = (job: ClipJob): ClipOutcome => {
    const some = job.clip.id !== 'clip/3'
    writePart(job.part, job.key, {
      features: some
        ? {
            vision: {
              dataType: 'uint8',
              shape: [1, 2],
              length: 2,
              values: Uint8Array.of(1, 2, 3, 255),
            },
          }
        : {},
      remarks: [],
    })
    return { state: 'extracted', id: job.clip.id, remarks: [] }
  }
  const out = path('pictures')
  const { left } = await extractCorpus({ corpus, recipe, out, openWorkers: fakeWorkers(pictures) })
  expect(left).toEqual([{ id: 'clip/3', reason: 'there is no vision in it' }])
  const store = await openStore(out)
  expect(store.splits.train.ids).not.toContain('clip/3')
  expect(store.splits.train.features.vision).toMatchObject({ dataType: 'uint8', shape: [1, 2] })
  store.close()
})

test('where features are aligned, one that is missing has as many steps as the others', async () => {
  const out = path('aligned')
  const some = (job: ClipJob): ClipOutcome => {
    const length = Number(job.clip.id.slice(5)) + 1
    const row = { dataType: 'float32', shape: [1], length } as const
    const values = new Float32Array(length).fill(length)
    const heard = job.clip.id !== 'clip/3'
    const features = { ...(heard && { audio: { ...row, values } }), vision: { ...row, values } }
    writePart(job.part, job.key, { features, remarks: [] })
    return { state: 'extracted', id: job.clip.id, remarks: [] }
  }
  const aligned = recipeSchema.parse({ ...recipe, aligned: true })
  await extractCorpus({ corpus, recipe: aligned, out, openWorkers: fakeWorkers(some) })
  const { splits, close } = await openStore(out, { invalid: 'zero' })
  expect([...(splits.train.features.audio?.lengths ?? [])]).toEqual([1, 4, 7, 10])
  const values = new Float32Array(4)
  await splits.train.features.audio?.read(1, values, 0)
  expect([...values]).toEqual([0, 0, 0, 0])
  close()
})
