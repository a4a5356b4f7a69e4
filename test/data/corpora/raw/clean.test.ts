import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  cleanCorpus,
  corpusTable,
  divideClips,
  type RawClip,
  type RawCorpus,
} from '../../../../src/data/corpora/raw/index.js'
import { temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()
const recording = path('recording.wav')
writeFileSync(recording, '')

const clip = (id: string, start: number, end: number, rest: Partial<RawClip> = {}): RawClip => ({
  id,
  media: { sound: { path: recording, start, end } },
  text: 'two words',
  className: 'sad',
  ...rest,
})

const corpus = (clips: readonly RawClip[]): RawCorpus => ({
  name: 'made',
  layout: 'made',
  clips,
  classNames: ['happy', 'sad'],
  dropped: [],
  notes: [],
})

test('each rule says which clips it leaves out', () => {
  const cleaned = cleanCorpus(
    corpus([
      clip('good', 0, 2),
      clip('good', 3, 4),
      clip('overlapping', 1.5, 3),
      clip('no file', 0, 1, { media: { sound: { path: path('gone.wav') } } }),
      clip('silent', 0, 2, { text: ' ' }),
      clip('backwards', 3, 2),
      clip('blink', 3, 3.05),
      clip('beyond', 11, 12),
      clip('hasty', 0, 1, { text: 'a b c d e f g h i j' }),
    ]),
    { durationOf: () => 10 },
  )
  expect(cleaned.clips.map(({ id }) => id)).toEqual(['good', 'overlapping'])
  expect(Object.fromEntries(cleaned.dropped.map(({ rule, ids }) => [ids.join(), rule]))).toEqual({
    good: 'the id is there already',
    'no file': 'no recording',
    silent: 'no words',
    backwards: 'ends before it begins',
    blink: 'shorter than 0.1 s',
    beyond: 'begins after its recording ends',
    hasty: expect.stringContaining('9 words a second'),
  })
  expect(cleaned.notes).toEqual(['1 clips overlap the one before them in their recording'])
})

test('a division at random keeps shares and classes, one by speakers keeps people apart', () => {
  const clips = Array.from({ length: 100 }, (_, index) =>
    clip(`${index}`, 0, 1, {
      className: index % 2 === 0 ? 'happy' : 'sad',
      speaker: `person ${index % 10}`,
    }),
  )
  const random = divideClips(corpus(clips), { seed: 3 })
  const sizes = ['train', 'valid', 'test'].map(
    (split) => random.clips.filter((each) => each.split === split).length,
  )
  expect(sizes).toEqual([70, 10, 20])
  expect(corpusTable(random).rows.map(({ counts }) => counts.train)).toEqual([35, 35])
  expect(divideClips(corpus(clips), { seed: 3 }).clips).toEqual(random.clips)

  const byPeople = divideClips(corpus(clips), { kind: 'speakers' })
  const people = new Map(
    byPeople.clips.map(({ speaker, split }) => [`${speaker} ${split}`, speaker]),
  )
  expect(people.size).toBe(10)
  expect(() => divideClips(corpus([clip('a', 0, 1)]), { kind: 'speakers' })).toThrow(/speaker/)
  expect(() => divideClips(corpus([clip('a', 0, 1)]), { kind: 'given' })).toThrow(/not given/)
})

test('the table averages words and seconds by label', () => {
  const table = corpusTable(
    corpus([
      clip('a', 0, 2, { split: 'train', text: 'one two three' }),
      clip('b', 1, 5, { split: 'test', text: 'one' }),
      clip('c', 0, 9, { split: 'test', className: 'happy' }),
    ]),
  )
  expect(table.rows).toEqual([
    { label: 'happy', words: 2, duration: 9, clips: 1, counts: { train: 0, valid: 0, test: 1 } },
    { label: 'sad', words: 2, duration: 3, clips: 2, counts: { train: 1, valid: 0, test: 1 } },
  ])
  expect(table.total).toMatchObject({ words: 2, duration: 5 })
})
