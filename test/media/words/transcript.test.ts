/** Transcripts in the forms that people have. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { parseTranscript } from '../../../src/media/words/transcript.js'

const read = (content: string) => parseTranscript(content, 'words.srt')
/** Words with their times in whole milliseconds. */
const words = (content: string) =>
  read(content).words?.map(({ word, start, end }) => [
    word,
    Math.round(1000 * start),
    Math.round(1000 * end),
  ])

describe('subtitles', () => {
  test('share the time of a line among its words by their letters', () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:02,000\nSo, what?\n\n2\n00:00:03,500 --> 00:00:04,000\nNo.\n'
    expect(words(srt)).toEqual([
      ['So', 1000, 1333],
      ['what', 1333, 2000],
      ['No', 3500, 4000],
    ])
    expect(read(srt).text).toBe('So, what? No.')
  })

  test.each([
    [
      'line ends of Windows and a mark before',
      '\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nno\r\n',
    ],
    ['no numbers', '00:00:01,000 --> 00:00:02,000\nno\n'],
    ['points, as some write', '1\n00:00:01.000 --> 00:00:02.000\nno\n'],
    ['no hours', 'WEBVTT\n\n00:01.000 --> 00:02.000\nno\n'],
    ['settings', 'WEBVTT\n\n00:01.000 --> 00:02.000 align:start position:0%\nno\n'],
    ['no blanks', '1\n00:00:01,000-->00:00:02,000\nno\n'],
    ['fractions of one digit', '1\n0:0:1,0 --> 0:0:2,0\nno\n'],
    [
      'notes and styles',
      'WEBVTT - a title\n\nNOTE not said\n\nSTYLE\n::cue {}\n\nid\n00:01.000 --> 00:02.000\nno\n',
    ],
  ])('with %s', (_, content) => {
    expect(words(content)).toEqual([['no', 1000, 2000]])
  })

  test('of more than 99 hours, and out of order', () => {
    const late =
      '1\n100:00:01,000 --> 100:00:02,000\nlate\n\n2\n00:00:01,000 --> 00:00:02,000\nearly\n'
    expect(words(late)).toEqual([
      ['early', 1000, 2000],
      ['late', 360_001_000, 360_002_000],
    ])
  })

  test('without markup, speakers, sounds and music', () => {
    const cue = (text: string) => read(`00:01.000 --> 00:02.000\n${text}\n`).text
    expect(cue('<v Mary>Hello <00:01.500><i>you</i>')).toBe('Hello you')
    expect(cue('{\\an8}- MARY ANN: I &amp; you [laughs] ♪')).toBe('I & you')
    expect(cue('it&#39;s &lt;fine&gt;')).toBe("it's <fine>")
    expect(cue('Note: this is said')).toBe('Note: this is said')
  })

  test('whose times cannot be are left out with a note', () => {
    const content = [
      '00:00:02,000 --> 00:00:01,000',
      '00:xx:01,000 --> 00:00:02,000',
      '00:00:01,000 --> 00:00:02,000',
    ]
      .map((times, index) => `${times}\nword${index}\n`)
      .join('\n')
    expect(read(content).words).toEqual([{ word: 'word2', start: 1, end: 2 }])
    expect(read(content).notes).toEqual(['2 of 3 lines have no times that can be'])
  })

  test('in which nothing is said are refused', () => {
    expect(() => read('1\n00:00:01,000 --> 00:00:02,000\n[music]\n')).toThrow(
      /words\.srt: nothing is said/,
    )
    expect(() => read('  \n')).toThrow(/nothing is said/)
  })
})

describe('JSON of recognisers', () => {
  const want = [
    ['so', 1000, 1500],
    ['what', 1500, 2000],
  ]
  const times = [
    { start: 1, end: 1.5 },
    { start: 1.5, end: 2 },
  ]
  const named = [
    { word: ' so', ...times[0] },
    { word: ' what?', ...times[1] },
  ]

  test.each([
    ['a list of words', named],
    ['words', { words: named, text: 'so what?' }],
    [
      'Whisper, by words',
      { text: ' so what?', segments: [{ start: 1, end: 2, text: ' so what?', words: named }] },
    ],
    [
      'Hugging Face',
      {
        text: 'so what',
        chunks: [
          { text: 'so', timestamp: [1, 1.5] },
          { text: 'what', timestamp: [1.5, 2] },
        ],
      },
    ],
    [
      'Gentle',
      { transcript: 'so what', words: [...named, { word: 'hm', case: 'not-found-in-audio' }] },
    ],
    [
      'Amazon',
      {
        results: {
          items: [
            {
              start_time: '1.0',
              end_time: '1.5',
              alternatives: [{ content: 'so', confidence: '0.9' }],
            },
            { start_time: '1.5', end_time: '2.0', alternatives: [{ content: 'what' }] },
            { alternatives: [{ content: '?' }], type: 'punctuation' },
          ],
        },
      },
    ],
  ])('%s', (_, value) => {
    expect(words(JSON.stringify(value))).toEqual(want)
  })

  test('of Whisper by lines shares their times', () => {
    const value = { segments: [{ id: 0, start: 1, end: 2, text: ' so what?' }] }
    expect(words(JSON.stringify(value))).toEqual([
      ['so', 1000, 1333],
      ['what', 1333, 2000],
    ])
  })

  test('with text alone has no times', () => {
    expect(read('{"text": " so what? "}')).toEqual({ text: 'so what?', notes: [] })
  })

  test.each(['{"label": 3}', '[1, 2]', '{"text": ""}', '{"segments": []}', '{"a": '])(
    'of another kind is refused: %s',
    (content) => expect(() => read(content)).toThrow(LimbicError),
  )
})

test('plain text has no times', () => {
  expect(read('So,\n what?\n')).toEqual({ text: 'So, what?', notes: [] })
})

test('whatever a file holds is read or refused in one line', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '1',
          '\n',
          '00:00:01,000',
          ' --> ',
          '00:00:02,000',
          'word',
          '<i>',
          '{',
          '}',
          '[',
          '"',
          ':',
          '♪',
          '&#99999999;',
          'WEBVTT',
        ),
        { maxLength: 30 },
      ),
      (pieces) => {
        try {
          const { words: found = [], text } = read(pieces.join(''))
          expect(text).not.toMatch(/[\n\r]/)
          for (const { start, end } of found) expect(start).toBeLessThanOrEqual(end)
        } catch (error) {
          expect(error).toBeInstanceOf(LimbicError)
        }
      },
    ),
  )
})
