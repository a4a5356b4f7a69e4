import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bundledWordVectors,
  embedTranscripts,
  openWordVectors,
  readWordVectors,
  synthesise,
  textFromTranscripts,
  wordsOfTranscript,
  wordVectorsFor,
} from '../../src/data/index.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
let files = 0
function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `vectors-${files++}.txt`)
  writeFileSync(path, content)
  return path
}

const lines = [
  ', -0.5 0.25 1e-3',
  'at 1 2 3',
  'at name@domain.com 4 5 6',
  '. . . 7 8 9',
  'naïve -1 -2 -3',
  '日本 0.5 0.5 0.5',
  'Happy 10 11 12',
  'happy 13 14 15',
  'at 99 99 99',
]
const small = fileOf(`${lines.join('\n')}\n`)
const plain = (vectors: ReadonlyMap<string, Float32Array>) =>
  Object.fromEntries([...vectors].map(([word, vector]) => [word, [...vector]]))

describe('reading word vectors', () => {
  test.each([
    ['with a byte order mark', (text: string) => `\ufeff${text}`],
    ['with tabs', (text: string) => text.replaceAll(' ', '\t')],
    ['with two spaces between numbers', (text: string) => text.replaceAll(' ', '  ')],
    ['packed with gzip', (text: string) => gzipSync(text)],
  ])('%s', async (_, write) => {
    const path = fileOf(write('one 1 2 3\ntwo 4 5 6\n'))
    expect(plain(await readWordVectors(path, ['one', 'two']))).toEqual({
      one: [1, 2, 3],
      two: [4, 5, 6],
    })
  })

  test('keeps the words asked for, first come first kept', async () => {
    expect(plain(await readWordVectors(small, ['happy', 'at', 'nowhere']))).toEqual({
      at: [1, 2, 3],
      happy: [13, 14, 15],
    })
  })

  test('knows words with spaces in them by the number of numbers', async () => {
    expect(plain(await readWordVectors(small, ['at name@domain.com', '. . .']))).toEqual({
      'at name@domain.com': [4, 5, 6],
      '. . .': [7, 8, 9],
    })
    const { width, vectors } = await openWordVectors(small)
    expect(width).toBe(3)
    expect([...vectors.keys()]).toEqual([
      ...[',', 'at', 'at name@domain.com', '. . .', 'naïve', '日本', 'Happy', 'happy'],
    ])
  })

  test('reads word2vec’s first line, Windows’ line ends and a last line without an end', async () => {
    const path = fileOf('2 3\r\ngood 1 2 3 \r\nbad -1 -2 -3')
    const { width, vectors } = await openWordVectors(path)
    expect(width).toBe(3)
    expect(plain(vectors)).toEqual({ good: [1, 2, 3], bad: [-1, -2, -3] })
  })

  test('gives the same wherever the pieces of the file end', async () => {
    const whole = plain((await openWordVectors(small)).vectors)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (pieceSize) => {
        expect(plain((await openWordVectors(small, undefined, pieceSize)).vectors)).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })

  test('gives back whatever words and numbers were written', async () => {
    const word = fc.stringMatching(/^[a-zà-ÿ.,'@-]{1,8}( [a-zà-ÿ.,'@-]{1,8})?$/)
    const number = fc.float({ noNaN: true, noDefaultInfinity: true })
    const rows = fc.uniqueArray(fc.tuple(word, fc.tuple(number, number)), {
      ...{ minLength: 1, maxLength: 8 },
      selector: ([name]) => name,
    })
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 64 }), async (table, pieceSize) => {
        const text = table.map(([name, numbers]) => `${name} ${numbers.join(' ')}\n`).join('')
        const path = fileOf(`${table.length} 2\n${text}`)
        const wanted = table.filter((_, row) => row % 2 === 0).map(([name]) => name)
        const { vectors } = await openWordVectors(path, wanted, pieceSize)
        expect([...vectors.keys()].sort()).toEqual([...wanted].sort())
        for (const [name, numbers] of table) {
          const vector = vectors.get(name)
          if (vector)
            expect([...vector].map((value) => value + 0)).toEqual(numbers.map((value) => value + 0))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('ends with the last word that it was asked for', async () => {
    const path = fileOf(`good 1 2\nbad 3 4\n${'x'.repeat(5000)}\ngood\n`)
    expect(plain((await openWordVectors(path, ['good', 'bad'], 16)).vectors)).toEqual({
      good: [1, 2],
      bad: [3, 4],
    })
  })

  test('names the line of what is broken', async () => {
    const read = (content: string | Uint8Array, ...words: string[]) =>
      readWordVectors(fileOf(content), words)
    await expect(read('good 1 2\nbad 3\n', 'bad')).rejects.toThrow(
      /vectors-\d+\.txt, line 2: a line has too few numbers: expected a word and 2 numbers, got 2 fields/,
    )
    await expect(read('good 1 2\nbad 3 x4\n', 'bad')).rejects.toThrow(
      /line 2, number 2 of 2: a word vector has an invalid number: expected a finite number, got "x4"/,
    )
    await expect(read('good day to you\n', 'good')).rejects.toThrow(/line 1, number 1 of 3.*"day"/)
    await expect(read('PK\u0003\u0004\n', 'good')).rejects.toThrow(
      /the archive is cut short or damaged/,
    )
    await expect(read('<html><body>404</body></html>\n', 'good')).rejects.toThrow(
      /not a file of word vectors: .*got a web page/,
    )
    await expect(read('the 1 2\ngood 1.5 2.5 3.5\n', 'good')).rejects.toThrow(
      /line 2: the lines differ in their number of values: expected a word and 2 numbers, .*got 3 numbers/,
    )
    await expect(read(new Uint8Array(3 << 20).fill(97), 'good')).rejects.toThrow(
      /line 1: a line is too long for a file of word vectors/,
    )
    await expect(read('', 'good')).rejects.toThrow(/the file of word vectors is empty/)
    await expect(readWordVectors(join(folder, 'none.txt'), ['good'])).rejects.toThrow(
      /none.txt: no such file or folder/,
    )
  })
})

describe('vectors of classes', () => {
  const cosine = (one: Float32Array, other: Float32Array) => {
    const dot = one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
    return dot / (Math.hypot(...one) * Math.hypot(...other))
  }

  test('are rows in the order of the words, whatever their case', async () => {
    expect([...(await wordVectorsFor(['HAPPY', 'at', 'Happy'], small, 3))]).toEqual([
      ...[13, 14, 15, 1, 2, 3, 10, 11, 12],
    ])
  })

  test('are there for the classes of the known corpora', async () => {
    const corpora = [
      ['angry', 'excited', 'frustrated', 'happy', 'neutral', 'sad'],
      ['ang', 'exc', 'fru', 'hap', 'neu', 'sad', 'sur'],
      ['happy', 'sad', 'anger', 'fear', 'disgust', 'surprise'],
      ['anger', 'disgust', 'fear', 'joy', 'neutral', 'sadness', 'surprise'],
      ['neutral', 'calm', 'happy', 'sad', 'angry', 'fearful', 'disgust', 'surprised'],
      ['Negative', 'Neutral', 'Positive'],
      ['contempt', 'happiness', 'disgusted'],
    ]
    for (const words of corpora) {
      const table = await wordVectorsFor(words, undefined, 100)
      expect(table).toHaveLength(100 * words.length)
      for (let row = 0; row < words.length; row++) {
        expect(Math.hypot(...table.subarray(100 * row, 100 * (row + 1)))).toBeGreaterThan(2)
      }
    }
    expect(await wordVectorsFor(['ang'], undefined, 100)).toEqual(
      await wordVectorsFor(['angry'], undefined, 100),
    )
  })

  test('that Limbic brings lie as their meanings do', async () => {
    const { width, vectors } = await openWordVectors(bundledWordVectors())
    expect(width).toBe(100)
    expect(vectors.size).toBeGreaterThan(60)
    const nearest = (word: string, ...others: string[]) => {
      const of = (name: string) => vectors.get(name) ?? new Float32Array(100)
      const ranked = others.toSorted((a, b) => cosine(of(word), of(b)) - cosine(of(word), of(a)))
      return ranked[0]
    }
    expect(nearest('angry', 'calm', 'happy', 'anger')).toBe('anger')
    expect(nearest('sad', 'positive', 'sadness', 'calm')).toBe('sadness')
    expect(nearest('fear', 'anxiety', 'joy', 'proud')).toBe('anxiety')
    expect(nearest('positive', 'negative', 'jealousy', 'grief')).toBe('negative')
    expect([...(vectors.get('happy') ?? [])].slice(0, 3)).toEqual(
      [-0.090436, 0.19636, 0.29474].map(Math.fround),
    )
  })

  test('that are missing are named together, with what comes near', async () => {
    await expect(wordVectorsFor(['hapy', 'sad', 'xqzt wv kj'], undefined, 100)).rejects.toThrow(
      /no word vectors for "hapy" \(is it "happy"\?\), "xqzt wv kj"\. Set the model's words/,
    )
    await expect(wordVectorsFor(['grief', 'at'], small, 3)).rejects.toThrow(
      /vectors-0.txt: no word vectors for "grief"\. /,
    )
    await expect(wordVectorsFor(['happy'], small, 300)).rejects.toThrow(
      /another width than the model expects: expected 300 numbers per word, got 3.*vectorWidth to 3/,
    )
  })
})

describe('transcripts', () => {
  test('are cut as GloVe’s vocabulary is', () => {
    expect(wordsOfTranscript('Don’t panic — it’s 42, well-known… O’Neil!')).toEqual([
      ...['Do', "n't", 'panic', 'it', "'s", '42', 'well-known', "O'Neil"],
    ])
    expect(wordsOfTranscript(' ... ')).toEqual([])
  })

  test('become sequences of vectors, unknown words zeros', async () => {
    const { sources, note } = await embedTranscripts(
      [['At HAPPY, at zzz', ''], ['Happy at at at']],
      small,
      { longest: 3 },
    )
    expect(sources.map(({ lengths, width }) => [[...lengths], width])).toEqual([
      [[3, 1], 3],
      [[3], 3],
    ])
    const target = new Float32Array(11).fill(-7)
    sources[0]?.read(0, target, 1)
    expect([...target]).toEqual([-7, 1, 2, 3, 13, 14, 15, 1, 2, 3, -7])
    sources[0]?.read(1, target, 0)
    expect([...target.subarray(0, 4)]).toEqual([0, 0, 0, 3])
    sources[1]?.read(0, target, 0)
    expect([...target.subarray(0, 3)]).toEqual([10, 11, 12])
    expect(note).toBe('all 4 words of the transcripts have vectors')
    const unknown = await embedTranscripts([['at zzz'], ['zzz yyy']], small)
    expect(unknown.note).toBe(
      '2 of 3 words of the transcripts (3 of 4 spoken) have no vector and are zeros: zzz, yyy; ' +
        'only 25% of the spoken words have a vector: check that the file is of the language of the data',
    )
    const half = await embedTranscripts([['at zzz at yyy']], small)
    expect(half.note).toMatch(/are zeros: zzz, yyy$/)
    const values = new Float32Array(6).fill(5)
    unknown.sources[0]?.read(0, values, 0)
    expect([...values]).toEqual([1, 2, 3, 0, 0, 0])
  })

  test.each([
    [
      'none of whose words has a vector',
      [['wo ai ni'], ['zzz']],
      /no word of the transcripts has a vector: expected vectors of words such as wo, ai, ni, zzz, got vectors of ",", "at", "at name@domain.com", "\. \. \.", "naïve"\. Choose a file of the language/,
    ],
    ['without any words', [['...', ''], []], /the transcripts of the data contain no words/],
  ])('%s are refused', async (_, transcripts, message) => {
    await expect(embedTranscripts(transcripts, small)).rejects.toThrow(message)
  })

  test("take the place of a corpus's text, and it stays aligned only where they agree", async () => {
    const corpus = synthesise({ aligned: true, samples: { train: 4, valid: 2, test: 2 } })
    const words = new Set(corpus.lexicon.map(({ word }) => word))
    const path = fileOf([...words].map((word, index) => `${word} ${index} 0.5\n`).join(''))
    const said = await textFromTranscripts(corpus, path)
    expect(said.aligned).toBe(true)
    expect(said.splits.train.features.text?.width).toBe(2)
    expect(said.splits.train.features.audio).toBe(corpus.splits.train.features.audio)
    const [note] = said.notes.slice(-1)
    expect(note).toMatch(
      /text is the words of the transcripts, as vectors of vectors-\d+\.txt: all/,
    )
    const [first = '', ...rest] = corpus.splits.valid.rawText ?? []
    const shorter = { ...corpus.splits.valid, rawText: [first.replace(/ .*/, ''), ...rest] }
    const odd = await textFromTranscripts(
      { ...corpus, splits: { ...corpus.splits, valid: shorter } },
      path,
    )
    expect(odd.aligned).toBe(false)
    expect(odd.notes.at(-1)).toMatch(/no longer aligned/)
    const { rawText: _, ...silent } = corpus.splits.test
    await expect(
      textFromTranscripts({ ...corpus, splits: { ...corpus.splits, test: silent } }, path),
    ).rejects.toThrow(/split test: the data has no transcripts: expected the words/)
  })
})
