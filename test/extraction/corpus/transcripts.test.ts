import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { RawClip, RawCorpus } from '../../../src/data/corpora/raw/index.js'
import { withTranscripts } from '../../../src/extraction/corpus/transcripts.js'
import { temporaryPaths } from '../../support/folders.js'

const path = temporaryPaths()

const corpus = (clips: readonly RawClip[]): RawCorpus => ({
  ...{ name: 'made', layout: 'made', clips, dropped: [], notes: ['known'] },
})

test('clips get the words of their part of a transcript, from their own start', () => {
  const transcript = path('talk.json')
  const words = ['one', 'two', 'three', 'four'].map((word, at) => ({
    ...{ word, start: at, end: at + 0.5 },
  }))
  writeFileSync(transcript, JSON.stringify(words))
  const part = (times: { start?: number; end?: number } = {}) => ({
    ...{ transcript, sound: { path: 'talk.wav', ...times } },
  })
  const { clips, notes } = withTranscripts(
    corpus([
      { id: 'whole', media: part() },
      { id: 'part', media: part({ start: 0.75, end: 3 }), className: 'sad' },
      { id: 'written', media: part({ start: 0, end: 1 }), text: 'One!' },
      { id: 'silent', media: part({ start: 10, end: 11 }) },
      { id: 'none', media: { sound: { path: 'talk.wav' } } },
    ]),
  )
  expect(clips.map(({ text }) => text)).toEqual([
    'one two three four',
    'two three',
    'One!',
    '',
    undefined,
  ])
  expect(clips[1]).toMatchObject({
    className: 'sad',
    words: [
      { word: 'two', start: 0.25, end: 0.75 },
      { word: 'three', start: 1.25, end: 1.75 },
    ],
  })
  expect(clips[2]?.words).toEqual([{ word: 'one', start: 0, end: 0.5 }])
  expect(clips[3]?.words).toEqual([])
  expect(notes).toEqual(['known'])
})

test('a text without times is the text of the clip; what is no transcript is a note', () => {
  writeFileSync(path('a.txt'), Buffer.from('Schön\n', 'latin1'))
  writeFileSync(path('b.json'), '{"settings": 1}')
  const { clips, notes } = withTranscripts(
    corpus([
      { id: 'a', media: { transcript: path('a.txt') } },
      { id: 'b', media: { transcript: path('b.json') } },
      { id: 'c', media: { transcript: path('missing.srt') }, text: 'kept' },
    ]),
  )
  expect(clips.map(({ text, words }) => [text, words])).toEqual([
    ['Schön', undefined],
    [undefined, undefined],
    ['kept', undefined],
  ])
  expect(notes).toEqual(['known', expect.stringMatching(/b\.json: this is not a transcript/)])
})
