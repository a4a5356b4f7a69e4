import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openRawCorpus } from '../../../../src/data/corpora/raw/index.js'
import {
  readAlignment,
  readTurns,
  readTurnWords,
  sideOf,
} from '../../../../src/data/corpora/raw/layouts/iemocap.js'
import { emptyFiles, writeTree } from '../../../support/data/trees.js'
import { sharedPath, temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()

const evaluation = [
  '% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]',
  '',
  '[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]',
  'C-E2:\tNeutral;\t()',
  '[10.0100 - 11.3925]\tSes01F_impro01_M001\tang\t[2.0000, 3.5000, 3.0000]',
  '[14.8872 - 18.0175]\tSes01F_impro01_M002\txxx\t[2.0, 2.0, 2.0]',
].join('\r\n')

test('turns come with the words after the first colon, the side of their speaker and their own part', async () => {
  const folder = writeTree(path('IEMOCAP_full_release'), {
    'Session1/dialog/EmoEvaluation/Ses01F_impro01.txt': evaluation,
    'Session1/dialog/EmoEvaluation/._Ses01F_impro01.txt': 'junk',
    'Session1/dialog/transcriptions/Ses01F_impro01.txt': Buffer.concat([
      Buffer.from('Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me, Ren'),
      // Latin-1, as a few of the real ones are.
      Buffer.from([0xe9]),
      Buffer.from('.\nF: nobody\nSes01F_impro01_M001 [010.0100-011.3925]:   Yeah: right.  \n'),
    ]),
    'Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.wdseg':
      '\t SFrm  EFrm    SegAScr Word\n\t    0    40    -123 <s>\n\t   41    59   -99 EXCUSE(2)\n\t   60    70   -99 ME\n',
    ...emptyFiles(
      'Session1/dialog/avi/DivX/Ses01F_impro01.avi',
      'Session1/dialog/wav/Ses01F_impro01.wav',
    ),
  })
  const corpus = await openRawCorpus(folder)
  expect(corpus.name).toBe('IEMOCAP')
  expect(corpus.dropped).toEqual([
    { rule: expect.stringContaining('undecided'), ids: ['Ses01F_impro01_M002'] },
  ])
  expect(corpus.clips).toMatchObject([
    {
      id: 'Ses01F_impro01_F000',
      text: 'Excuse me, René.',
      className: 'neutral',
      speaker: 'Ses01F',
      recording: 'Ses01F_impro01',
      media: {
        video: { start: 6.2901, end: 8.2357 },
        sound: { start: 6.2901, end: 8.2357 },
        half: 'left',
        channel: 'left',
      },
      words: [
        { word: 'excuse', start: 0.41, end: 0.6 },
        { word: 'me', start: 0.6, end: 0.71 },
      ],
    },
    {
      id: 'Ses01F_impro01_M001',
      text: 'Yeah: right.',
      className: 'angry',
      speaker: 'Ses01M',
      media: { half: 'right', channel: 'right' },
    },
  ])
})

test('silences and noises of an alignment are no words', () => {
  expect(readAlignment(['0 9 -1 <sil>', '10 19 -1 ++LAUGHTER++', '20 29 -1 YES'])).toEqual([
    { word: 'yes', start: 0.2, end: 0.3 },
  ])
})

const rules = z.object({
  iemocap_transcripts: z.object({
    evaluation: z.array(z.string()),
    transcript: z.array(z.string()),
    expected: z.record(
      z.string(),
      z.object({
        start_time: z.number(),
        end_time: z.number(),
        label: z.string(),
        text: z.string(),
      }),
    ),
  }),
  iemocap_side: z.object({ cases: z.record(z.string(), z.enum(['L', 'R'])) }),
})
const golden = sharedPath('golden', 'media', 'text.json')

test.skipIf(!golden)('MESM’s own code reads the same turns, words and sides', () => {
  const { iemocap_transcripts, iemocap_side } = rules.parse(
    JSON.parse(readFileSync(golden ?? '', 'utf8')),
  )
  const words = readTurnWords(iemocap_transcripts.transcript, 'last')
  const turns = readTurns(iemocap_transcripts.evaluation)
  expect(
    Object.fromEntries(
      turns.map(({ id, start, end, label }) => [
        id,
        { start_time: start, end_time: end, label, text: words.get(id) },
      ]),
    ),
  ).toEqual(iemocap_transcripts.expected)
  for (const [turn, side] of Object.entries(iemocap_side.cases)) {
    expect(sideOf(turn)).toBe(side === 'L' ? 'left' : 'right')
  }
})
