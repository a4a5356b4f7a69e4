import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openRawCorpus } from '../../../../src/data/corpora/raw/index.js'
import { readSegment } from '../../../../src/data/corpora/raw/layouts/mosei.js'
import { writeSequence } from '../../../support/data/sequence-files.js'
import { emptyFiles, writeTree } from '../../../support/data/trees.js'
import { sharedPath, temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()

const heading =
  'HITId,Input.VIDEO_ID,Input.CLIP,Answer.anger,Answer.disgust,Answer.fear,Answer.happiness,Answer.sadness,Answer.surprise,Answer.sentiment'
const labels = {
  'Labels/one.csv': `${heading}\n"1",https://x/videos/abc,0,0,0,0,2,0,0,1\n"2",abc,0,,,,,,,\n"3",abc,1,1,0,0,0,0,0,-3\n`,
  'Labels/two.csv': `${heading}\n"4",abc,0,0,0,0,0,1,0,2\n"5",gone,3,0,0,0,0,0,0,0\n`,
}
const transcript =
  'abc___0___-0.5___2.0___good film\nabc___1___1.5___4.0___bad film\nabc___2___4___5___no label\n\nnonsense\n'

test.each([
  {
    layout: 'official',
    files: {
      ...Object.fromEntries(Object.entries(labels).map(([name, text]) => [`Raw/${name}`, text])),
      'Raw/Transcript/Segmented/Combined/abc.txt': transcript,
      ...emptyFiles('Raw/Audio/Full/WAV_16000/abc.wav', 'Raw/Videos/Full/Combined/abc.mp4'),
    },
  },
  {
    layout: "the authors'",
    files: {
      ...labels,
      'Transcript/Combined/abc.txt': transcript,
      ...emptyFiles('Audio/WAV_16000/abc.wav', 'Videos/Combined/abc.mp4'),
    },
  },
])('CMU-MOSEI in the $layout layout joins ratings and transcripts', async ({ layout, files }) => {
  const corpus = await openRawCorpus(writeTree(path(layout), files))
  expect(corpus.emotionNames).toEqual(['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear'])
  expect(corpus.clips).toMatchObject([
    {
      id: 'abc_0',
      text: 'good film',
      emotions: [1, 1, 0, 0, 0, 0],
      sentiment: 1.5,
      media: { video: { start: 0, end: 2 }, sound: { start: 0, end: 2 } },
    },
    { id: 'abc_1', emotions: [0, 0, 1, 0, 0, 0], sentiment: -3, media: { video: { start: 1.5 } } },
  ])
  expect(corpus.dropped).toEqual([
    { rule: 'no label', ids: ['abc_2'] },
    { rule: 'no transcript', ids: ['gone_3'] },
  ])
  expect(corpus.notes.join('\n')).toMatch(
    /1 of 5 rows[\s\S]*1 lines[\s\S]*1 clips begin before 0 s/,
  )
})

test('CMU-MOSI takes the times and the opinions of its segments from the sequence of labels', async () => {
  const folder = writeTree(path('mosi'), {
    'Raw/Transcript/Segmented/vid.annotprocessed':
      '1_DELIM_I LIKED IT\n2_DELIM_NOT THAT\n3_DELIM_\n',
    ...emptyFiles('Raw/Video/Full/vid.mp4', 'Raw/Audio/WAV_16000/Segmented/vid_1.wav'),
  })
  await writeSequence(`${folder}/CMU_MOSI_Opinion_Labels.csd`, 'Opinion Segment Labels', {
    vid: {
      features: [[2.4], [-1]],
      intervals: [
        [0.5, 2],
        [2, 3.5],
      ],
    },
  })
  const corpus = await openRawCorpus(folder)
  expect(corpus.clips).toMatchObject([
    {
      id: 'vid_1',
      text: 'i liked it',
      sentiment: expect.closeTo(2.4, 5),
      media: {
        sound: { path: expect.stringMatching(/vid_1\.wav$/) },
        video: { start: 0.5, end: 2 },
      },
    },
    { id: 'vid_2', sentiment: -1, media: { video: { start: 2, end: 3.5 } } },
  ])
  expect(corpus.dropped).toEqual([{ rule: 'no label', ids: ['vid_3'] }])
})

const rules = z.object({
  mosei_transcripts: z.object({
    lines: z.array(z.string()),
    expected: z.array(
      z.object({
        video: z.string(),
        clip: z.string(),
        start: z.string(),
        end: z.string(),
        text: z.string(),
      }),
    ),
  }),
})
const golden = sharedPath('golden', 'media', 'text.json')

test.skipIf(!golden)('MESM’s own code cuts lines of transcripts in the same way', () => {
  const { lines, expected } = rules.parse(
    JSON.parse(readFileSync(golden ?? '', 'utf8')),
  ).mosei_transcripts
  expect(lines.map(readSegment)).toEqual(
    expected.map(({ start, end, ...rest }) => ({
      ...rest,
      start: Number(start),
      end: Number(end),
    })),
  )
})
