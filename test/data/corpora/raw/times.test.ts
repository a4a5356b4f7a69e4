/** Clips of every raw layout whose times cannot be are left out by themselves. */
import { describe, expect, it } from 'vitest'
import { openRawCorpus } from '../../../../src/data/corpora/raw/index.js'
import { wrongTimes } from '../../../../src/data/corpora/raw/times.js'
import { writeSequence } from '../../../support/data/sequence-files.js'
import { emptyFiles, writeTree } from '../../../support/data/trees.js'
import { temporaryPaths } from '../../../support/folders.js'

const path = temporaryPaths()

const summary = async (folder: string) => {
  const { clips, dropped, notes } = await openRawCorpus(folder)
  return {
    clips: clips.map(({ id, media: { video, sound } }) => {
      const { start, end } = video ?? sound ?? {}
      return [id, start, end]
    }),
    dropped: dropped.filter(({ rule }) => rule === wrongTimes),
    notes: notes.filter((note) => /before 0 s|words/.test(note)),
  }
}
const early = ['1 clips begin before 0 s; they are cut from 0 s']

describe('times of clips', () => {
  it('in a manifest', async () => {
    const rows = ['a,-0.5,2', 'b,3,1', 'c,nan,2', 'd,1,inf', 'e,1,', 'f,oops,4', 'g,-3,-1', 'h,2,2']
    const folder = writeTree(path('manifest'), {
      'manifest.csv': `id,start,end,path,emotion\n${rows.map((row) => `${row},x.mp4,happy\n`).join('')}`,
      ...emptyFiles('x.mp4'),
    })
    expect(await summary(folder)).toEqual({
      clips: [
        ['a', 0, 2],
        ['e', 1, undefined],
      ],
      dropped: [{ rule: wrongTimes, ids: ['b', 'c', 'd', 'f', 'g', 'h'] }],
      notes: early,
    })
  })

  it('in CMU-MOSEI’s transcripts', async () => {
    const heading = 'Input.VIDEO_ID,Input.CLIP,Answer.happiness,Answer.sentiment\n'
    const folder = writeTree(path('mosei'), {
      'Labels/one.csv': `${heading}v,0,1,1\nv,1,1,1\nv,2,1,1\nv,3,1,1\n`,
      'Transcript/Combined/v.txt': [
        'v___0___-0.2___2___good',
        'v___1___5___4___inverted',
        'v___2___nan___4___missing',
        'v___3___4___6___fine',
      ].join('\n'),
      ...emptyFiles('Audio/WAV_16000/v.wav', 'Videos/Combined/v.mp4'),
    })
    expect(await summary(folder)).toEqual({
      clips: [
        ['v_0', 0, 2],
        ['v_3', 4, 6],
      ],
      dropped: [{ rule: wrongTimes, ids: ['v_1', 'v_2'] }],
      notes: early,
    })
  })

  it('in CMU-MOSI’s sequence of labels', async () => {
    const folder = writeTree(path('mosi'), {
      'Raw/Transcript/Segmented/v.annotprocessed': '1_DELIM_A\n2_DELIM_B\n3_DELIM_C\n4_DELIM_D\n',
      ...emptyFiles('Raw/Video/Full/v.mp4'),
    })
    await writeSequence(`${folder}/Opinion_Labels.csd`, 'labels', {
      v: {
        features: [[1], [1], [1], [1]],
        intervals: [
          [-1, 1],
          [3, 2],
          [Number.NaN, 4],
          [4, 5],
        ],
      },
    })
    expect(await summary(folder)).toEqual({
      clips: [
        ['v_1', 0, 1],
        ['v_4', 4, 5],
      ],
      dropped: [{ rule: wrongTimes, ids: ['v_2', 'v_3'] }],
      notes: early,
    })
  })

  it('in IEMOCAP’s evaluations, and of the words of its alignments', async () => {
    const turn = (times: string, number: number) =>
      `[${times}]\tSes01F_impro01_F00${number}\tneu\t[2.5, 2.5, 2.5]`
    const folder = writeTree(path('iemocap'), {
      'Session1/dialog/EmoEvaluation/Ses01F_impro01.txt': [
        turn('-0.5 - 2.0', 0),
        turn('5.0 - 4.0', 1),
        turn('nan - 4.0', 2),
        turn('6.0 - 7.0', 3),
      ].join('\n'),
      'Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F003.wdseg':
        '0 10 -1 FINE\n40 20 -1 INVERTED\n50 60 -1 TOO\n',
      ...emptyFiles('Session1/dialog/avi/DivX/Ses01F_impro01.avi'),
    })
    expect(await summary(folder)).toEqual({
      clips: [
        ['Ses01F_impro01_F000', 0, 2],
        ['Ses01F_impro01_F003', 6, 7],
      ],
      dropped: [{ rule: wrongTimes, ids: ['Ses01F_impro01_F001', 'Ses01F_impro01_F002'] }],
      notes: [...early, '1 words have inverted or invalid times and are left out'],
    })
    const { clips } = await openRawCorpus(folder)
    expect(clips[1]?.words?.map(({ word }) => word)).toEqual(['fine', 'too'])
  })

  it('of which none can be are an error, since their unit or their columns are wrong', async () => {
    const folder = writeTree(path('none'), {
      'manifest.csv': 'id,start,end,path,emotion\na,00:01,00:02,x.mp4,happy\n',
      ...emptyFiles('x.mp4'),
    })
    await expect(openRawCorpus(folder)).rejects.toThrow(
      /none, a: no clip has possible times: expected starts and ends in seconds.*got NaN to NaN/,
    )
  })
})

describe('labels of clips that are missing', () => {
  it('leave out the clip, in a manifest and in MMSA’s tables', async () => {
    const manifest = writeTree(path('unlabelled'), {
      'manifest.csv': 'id,path,sentiment\na,x.mp4,1\nb,x.mp4,nan\nc,x.mp4,\n',
      ...emptyFiles('x.mp4'),
    })
    const table = writeTree(path('unlabelled-mmsa'), {
      'label.csv':
        'video_id,clip_id,text,label,mode\nv,1,one,1,train\nv,2,two,NaN,train\nv,3,x,,test\n',
      ...emptyFiles('Raw/v/1.mp4'),
    })
    for (const [folder, kept, left] of [
      [manifest, 'a', ['b', 'c']],
      [table, 'v$_$1', ['v$_$2', 'v$_$3']],
    ] as const) {
      const { clips, dropped } = await openRawCorpus(folder)
      expect(clips.map(({ id }) => id)).toEqual([kept])
      expect(dropped).toEqual([{ rule: 'no label', ids: left }])
    }
  })

  it('leave out the segment, in CMU-MOSI’s sequence', async () => {
    const folder = writeTree(path('unlabelled-mosi'), {
      'Raw/Transcript/Segmented/v.annotprocessed': '1_DELIM_A\n2_DELIM_B\n',
      ...emptyFiles('Raw/Video/Full/v.mp4'),
    })
    await writeSequence(`${folder}/Opinion_Labels.csd`, 'labels', {
      v: {
        features: [[Number.NaN], [2]],
        intervals: [
          [0, 1],
          [1, 2],
        ],
      },
    })
    const { clips, dropped } = await openRawCorpus(folder)
    expect(clips.map(({ id }) => id)).toEqual(['v_2'])
    expect(dropped).toEqual([{ rule: 'no label', ids: ['v_1'] }])
  })
})
