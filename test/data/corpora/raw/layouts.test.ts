import { expect, test } from 'vitest'
import { openRawCorpus } from '../../../../src/data/corpora/raw/index.js'
import { writePickle } from '../../../support/data/pickle-writer.js'
import { emptyFiles, writeTree } from '../../../support/data/trees.js'
import { sharedPath, temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()

test('MELD joins its tables with its videos, and a hole stays without a recording', async () => {
  const heading =
    'Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime'
  const folder = writeTree(path('MELD.Raw'), {
    'train_sent_emo.csv': Buffer.concat([
      Buffer.from(`${heading}\n1,"It`),
      // An apostrophe in Windows-1252, as in the real tables.
      Buffer.from([0x92]),
      Buffer.from('s me, Joey",Joey,joy,positive,0,0,1,1,"00:00:01,000","00:00:02,000"\n'),
    ]),
    'dev_sent_emo.csv': `${heading}\n1,No,Ross,anger,negative,110,7,1,1,0,1\n`,
    'test_sent_emo.csv': `${heading}\n1,Oh,Monica,surprise,positive,0,0,1,1,0,1\n`,
    ...emptyFiles(
      'train/train_splits/dia0_utt0.mp4',
      'dev/dev_splits_complete/dia0_utt0.mp4',
      'test/output_repeated_splits_test/dia0_utt0.mp4',
    ),
  })
  const corpus = await openRawCorpus(folder)
  expect(corpus.clips).toMatchObject([
    {
      id: 'train_dia0_utt0',
      text: 'It’s me, Joey',
      className: 'happy',
      speaker: 'Joey',
      split: 'train',
      media: { video: { path: expect.stringContaining('train_splits') } },
    },
    { id: 'valid_dia110_utt7', split: 'valid', className: 'angry', media: {} },
    {
      id: 'test_dia0_utt0',
      split: 'test',
      className: 'surprise',
      media: { video: { path: expect.stringContaining('output_repeated') } },
    },
  ])
})

test('RAVDESS: sound and picture of an utterance are one clip, songs are left out', async () => {
  const folder = writeTree(
    path('ravdess'),
    emptyFiles(
      'Actor_12/03-01-06-01-02-01-12.wav',
      'Video/Actor_12/02-01-06-01-02-01-12.mp4',
      'Video/Actor_12/01-01-06-01-02-01-12.mp4',
      'Actor_12/03-02-06-01-02-01-12.wav',
      'Actor_12/notes.wav',
    ),
  )
  const corpus = await openRawCorpus(folder)
  expect(corpus).toMatchObject({
    name: 'RAVDESS',
    classNames: ['fear'],
    clips: [
      {
        id: '01-06-01-02-01-12',
        className: 'fear',
        speaker: 'actor12',
        text: 'Dogs are sitting by the door',
        media: {
          sound: { path: expect.stringMatching(/03-01.*wav$/) },
          video: { path: expect.stringMatching(/01-01.*mp4$/) },
        },
      },
    ],
    dropped: [
      { rule: 'song, not speech', ids: ['02-06-01-02-01-12'] },
      { rule: expect.stringContaining('name'), ids: ['Actor_12/notes.wav'] },
    ],
  })
})

test('CREMA-D and EMO-DB say speaker, sentence and emotion in their names', async () => {
  const crema = await openRawCorpus(
    writeTree(path('crema'), emptyFiles('AudioWAV/1001_DFA_ANG_XX.wav')),
  )
  expect(crema.clips).toMatchObject([
    {
      id: '1001_DFA_ANG_XX',
      className: 'angry',
      speaker: 'actor1001',
      text: "Don't forget a jacket",
    },
  ])
  const emodb = await openRawCorpus(
    writeTree(path('emodb'), emptyFiles('wav/03a01Fa.wav', 'wav/16b10Lb.wav')),
  )
  expect(emodb.clips).toMatchObject([
    { className: 'happy', speaker: 'spk03', text: 'Der Lappen liegt auf dem Eisschrank.' },
    { className: 'boredom', speaker: 'spk16' },
  ])
})

test("MESM's processed layout: a folder a clip, with the speaker's side", async () => {
  const folder = writeTree(path('IEMOCAP_RAW_PROCESSED'), {
    'meta.pkl': writePickle(
      new Map([
        [
          'Ses01F_impro01_F000',
          new Map([
            ['text', ' Excuse me. '],
            ['label', 'neu'],
          ]),
        ],
        [
          'Ses01F_impro01_M001',
          new Map([
            ['text', 'No.'],
            ['label', 'ang'],
          ]),
        ],
      ]),
    ),
    ...emptyFiles(
      'Ses01F_impro01_F000/audio_L.wav',
      'Ses01F_impro01_F000/audio_R.wav',
      'Ses01F_impro01_F000/image_L_10.jpg',
      'Ses01F_impro01_F000/image_L_9.jpg',
      'Ses01F_impro01_F000/image_R_9.jpg',
      'Ses01F_impro01_M001/audio_R.wav',
    ),
  })
  writeTree(path('IEMOCAP_SPLIT'), {
    'train_split.txt': 'Ses01F_impro01_F000\n',
    'valid_split.txt': 'Ses01F_impro01_M099\n',
    'test_split.txt': '\n',
  })
  const corpus = await openRawCorpus(folder)
  expect(corpus.clips).toMatchObject([
    {
      id: 'Ses01F_impro01_F000',
      text: 'Excuse me.',
      className: 'neutral',
      split: 'train',
      media: {
        sound: { path: expect.stringMatching(/audio_L\.wav$/) },
        frames: [
          expect.stringMatching(/image_L_9\.jpg$/),
          expect.stringMatching(/image_L_10\.jpg$/),
        ],
      },
    },
  ])
  expect(corpus.dropped).toEqual([
    { rule: 'in no list of the division', ids: ['Ses01F_impro01_M001'] },
  ])
  expect(corpus.notes.at(-1)).toBe('1 ids of the lists have no clip')
})

test("MMSA's raw clips", async () => {
  const folder = writeTree(path('MOSI'), {
    'label.csv': 'video_id,clip_id,text,label,annotation,mode\nvid,12,GOOD,1.8,Positive,valid\n',
    ...emptyFiles('Raw/vid/12.mp4'),
  })
  expect((await openRawCorpus(folder)).clips).toMatchObject([
    { id: 'vid$_$12', text: 'GOOD', sentiment: 1.8, split: 'valid', media: { video: {} } },
  ])
})

test('a manifest names columns in its own words', async () => {
  const folder = writeTree(path('own'), {
    'manifest.csv':
      'file;class;subject;start_time;end_time;words;set\nclips\\a.mp4;Joy;p1;-1;2.5;hello there;dev\nb.wav;;p2;;;;train\nc.png;sad;p3;;;;test\n',
  })
  const corpus = await openRawCorpus(folder)
  expect(corpus).toMatchObject({
    classNames: ['happy', 'sad'],
    clips: [
      {
        id: 'clips\\a',
        className: 'happy',
        speaker: 'p1',
        text: 'hello there',
        split: 'valid',
        media: { video: { start: 0, end: 2.5 } },
      },
      { id: 'c', media: { frames: [expect.stringMatching(/c\.png$/)] } },
    ],
    dropped: [{ rule: 'no label', ids: ['b'] }],
  })
})

test('folders named by classes, with transcripts beside the clips', async () => {
  const folder = writeTree(path('folders'), emptyFiles('joy/a.mp4', 'joy/a.srt', 'sadness/b.wav'))
  expect(await openRawCorpus(folder)).toMatchObject({
    classNames: ['happy', 'sad'],
    clips: [
      { id: 'joy/a', className: 'happy', media: { transcript: expect.stringMatching(/a\.srt$/) } },
      { id: 'sadness/b', className: 'sad' },
    ],
  })
})

test('what is no corpus is told with all that could be one', async () => {
  const folder = writeTree(path('none'), emptyFiles('readme.txt'))
  await expect(openRawCorpus(folder)).rejects.toThrow(
    /not a corpus of recordings.*IEMOCAP.*manifest\.csv/,
  )
})

test.each([
  ['ravdess', 1200, 8],
  ['emodb', 408, 7],
  ['ckplus', 771, 7],
  ['fer', 560, 7],
] as const)('the real recordings of %s are all found', async (name, clips, classes) => {
  const folder = sharedPath('data', 'media', name)
  if (!folder) return
  const corpus = await openRawCorpus(folder)
  expect(corpus.clips).toHaveLength(clips)
  expect(corpus.classNames).toHaveLength(classes)
})
