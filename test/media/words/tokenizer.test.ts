/** Tokenisers: as the published ones cut, and words told apart. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type AlbertNormalising,
  sentencePieceTokenizer,
} from '../../../src/media/words/sentence-piece.js'
import { openTokenizer, wordsIn } from '../../../src/media/words/tokenizer.js'
import { wordPieceTokenizer } from '../../../src/media/words/word-piece.js'

const golden = join(import.meta.dirname, '../../../../shared/golden/media')
const parse = (name: string): unknown => JSON.parse(readFileSync(join(golden, name), 'utf8'))

const cases = z.object({
  tokens: z.object({
    max_length: z.number(),
    cases: z.array(
      z.object({
        text: z.string(),
        pieces: z.array(z.string()),
        input_ids: z.array(z.number()),
        attention_mask: z.array(z.number()),
        tokenizer_json_pieces: z.array(z.string()),
      }),
    ),
  }),
})

describe.skipIf(!existsSync(golden))('golden/media/text.json', () => {
  test('pieces and numbers are those of the published tokeniser', () => {
    const { tokens } = cases.parse(parse('text.json'))
    const files = { tokenizer: parse('tokenizer.json') }
    const slow = openTokenizer(files, golden, { likeAlbert: true })
    const fast = openTokenizer(files, golden)
    expect(tokens.cases.length).toBeGreaterThan(7)
    for (const { text, pieces, input_ids, attention_mask, tokenizer_json_pieces } of tokens.cases) {
      expect(slow.pieces(text), text).toEqual(pieces)
      expect(fast.pieces(text), text).toEqual(tokenizer_json_pieces)
      const { ids, words } = slow.encode(wordsIn(text), tokens.max_length)
      const real = attention_mask.filter((there) => there === 1).length
      expect(ids, text).toEqual(input_ids.slice(0, real))
      expect(words.length).toBe(ids.length)
    }
  })

  test('spiece.model alone says the same', () => {
    const { tokens } = cases.parse(parse('text.json'))
    const bytes = readFileSync(join(golden, 'tokens.model'))
    const tokenizer = sentencePieceTokenizer(bytes, {}, 'tokens.model')
    const open = openTokenizer({ tokenizer }, golden, { likeAlbert: true })
    for (const { text, pieces, input_ids, attention_mask } of tokens.cases) {
      expect(open.pieces(text), text).toEqual(pieces)
      const { ids } = open.encode(wordsIn(text), tokens.max_length)
      expect(ids, text).toEqual(input_ids.slice(0, attention_mask.filter(Boolean).length))
    }
  })
})

const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'play',
  '##ing',
  '##ed',
  ',',
  'cafe',
  '\u65e5',
]

describe('WordPiece of a vocab.txt', () => {
  const open = (lowercase = true) =>
    openTokenizer(
      { tokenizer: wordPieceTokenizer(`${vocabulary.join('\n')}\n`, lowercase, 'v') },
      'v',
    )

  test('the longest pieces first, marks around them, each with its word', () => {
    const { ids, words } = open().encode(['Playing,', 'Caf\u00e9', 'xyz', '', '\u65e5play'])
    expect(ids).toEqual([2, 4, 5, 7, 8, 1, 9, 4, 3])
    expect(words).toEqual([-1, 0, 0, 0, 1, 2, 4, 4, -1])
  })

  test('texts are cut before the mark of the end', () => {
    const { ids, words } = open().encode(['playing', 'played'], 4)
    expect(ids).toEqual([2, 4, 5, 3])
    expect(words).toEqual([-1, 0, 0, -1])
    expect(open().encode([]).ids).toEqual([2, 3])
  })

  test('capitals stay where the checkpoint tells them apart', () => {
    expect(open(false).encode(['Play', 'play']).ids).toEqual([2, 1, 4, 3])
  })

  test('a vocabulary without marks is refused', () => {
    expect(() => wordPieceTokenizer('a\nb', true, 'vocab.txt')).toThrow(/no \[UNK\]/)
  })
})

/** Bytes of SentencePiece's message: pieces with score and type, and the kind of model. */
function sentencePieceModel(
  pieces: readonly (readonly [piece: string, score: number, type?: number])[],
  kind = 1,
): Uint8Array {
  const writer = new BinaryWriter()
  for (const [piece, score, type = 1] of pieces) {
    writer.tag(1, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.LengthDelimited).string(piece)
    writer.tag(2, WireType.Bit32).float(score)
    writer.tag(3, WireType.Varint).int32(type).join()
  }
  writer.tag(2, WireType.LengthDelimited).fork()
  // A field that nobody here knows stands before the kind.
  writer.tag(35, WireType.Varint).bool(true)
  writer.tag(3, WireType.Varint).int32(kind).join()
  return writer.finish()
}

describe('SentencePiece of a spiece.model', () => {
  const marks = [
    ['<unk>', 0, 2],
    ['[CLS]', 0, 3],
    ['[SEP]', 0, 3],
  ] as const
  const pieces = [
    ...marks,
    ['\u2581', -3],
    ['\u2581play', -2],
    ['ing', -2],
    ['a', -5],
    ['\u00e9', -5],
  ] as const
  const open = (options: AlbertNormalising = {}) =>
    openTokenizer(
      { tokenizer: sentencePieceTokenizer(sentencePieceModel(pieces), options, 'm') },
      'm',
    )

  test('the likeliest pieces, marks around them, each with its word', () => {
    expect(open().encode(['Playing', 'a', '%'])).toEqual({
      ids: [1, 4, 5, 3, 6, 3, 0, 2],
      words: [-1, 0, 0, 1, 1, 2, 2, -1],
    })
  })

  test('capitals and accents stay where the checkpoint tells them apart', () => {
    expect(open({ lowercase: false }).encode(['Play']).ids).not.toContain(4)
    expect(open().encode(['\u00e9']).ids).toEqual([1, 3, 0, 2])
    expect(open({ keepAccents: true }).encode(['\u00e9']).ids).toEqual([1, 3, 7, 2])
  })

  test('what is damaged, of another kind, or without marks is refused', () => {
    const read = (bytes: Uint8Array) => () => sentencePieceTokenizer(bytes, {}, 'spiece.model')
    expect(read(sentencePieceModel(pieces).subarray(0, 40))).toThrow(/spiece\.model.*damaged/)
    expect(read(sentencePieceModel(pieces, 2))).toThrow(/model type 2.*save_pretrained/)
    expect(read(sentencePieceModel(pieces.slice(0, 2)))).toThrow(/no \[SEP\]/)
    expect(read(sentencePieceModel(pieces.slice(1)))).toThrow(/no piece for what is unknown/)
  })
})

/** A unigram tokeniser with a piece that ends in a digit and a comma. */
function unigram(): unknown {
  const scored = (pieces: readonly (readonly [string, number])[]) => pieces
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: {
      ...{ type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [2], tokens: ['[SEP]'] },
      },
    },
    decoder: null,
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: scored([
        ...([
          ['<unk>', 0],
          ['[CLS]', 0],
          ['[SEP]', 0],
          ['\u25819,', -1],
          ['\u25819', -3],
        ] as const),
        ...([
          [',', -3],
          ['\u2581', -4],
          ['1', -4],
          ['9,', -1],
          ['9', -4],
        ] as const),
      ]),
    },
  }
}

describe('the published cutting of ALBERT', () => {
  test('a digit and its comma are told apart', () => {
    const files = { tokenizer: unigram() }
    expect(openTokenizer(files, 'u').pieces('9,')).toEqual(['\u25819,'])
    const slow = openTokenizer(files, 'u', { likeAlbert: true })
    expect(slow.pieces(' 9,  19, ')).toEqual(['\u25819', ',', '\u2581', '1', '9', ','])
    expect(slow.encode(['9,', '19,']).words).toEqual([-1, 0, 0, 1, 1, 1, 1, -1])
  })
})

test('what is no tokeniser is refused in one sentence', () => {
  expect(() => openTokenizer({ tokenizer: { model: 1 } }, 'folder')).toThrow(/folder/)
  const odd = { model: { type: 'Unheard', vocab: { a: 0 } } }
  expect(() => openTokenizer({ tokenizer: odd }, 'folder')).toThrow(/cannot be used/)
  const bare = { ...Object(unigram()), post_processor: null }
  expect(() => openTokenizer({ tokenizer: bare }, 'folder')).toThrow(/start and end/)
})
