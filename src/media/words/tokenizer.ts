/** Converts words to ids of subword tokens, as a checkpoint in Hugging Face's layout describes. */
import { Tokenizer as Pipeline } from '@huggingface/tokenizers'
import { z } from 'zod'
import { LimbicError, messageOf } from '../../base/errors.js'
import { validate } from '../../base/schema.js'

/** The parsed files of a tokeniser. */
export interface TokenizerFiles {
  /** `tokenizer.json`. */
  readonly tokenizer: unknown
  /** `tokenizer_config.json`. */
  readonly config?: unknown
}

export interface TokenizerOptions {
  /**
   * Splits like ALBERT's published (slow) tokeniser, which MESM's code uses: spaces at the ends are
   * removed, several become one, and a piece that ends in a digit and a comma is split before the
   * comma.
   */
  readonly likeAlbert?: boolean
}

/** The tokens of a text, between start and end tokens. */
export interface Tokens {
  readonly ids: readonly number[]
  /** The word of each token, from 0; -1 for start and end. */
  readonly words: readonly number[]
}

export interface Tokenizer {
  /** The pieces of a text, without start and end. */
  pieces(text: string): string[]
  /**
   * The tokens of words, each split by itself, which is the same as splitting the words joined by
   * spaces.
   *
   * @param longest the most tokens, including start and end; tokens before the end token are
   * dropped
   */
  encode(words: readonly string[], longest?: number): Tokens
  /** One more than the largest id of a token. */
  readonly size: number
}

const fileSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    vocab: z.union([z.record(z.string(), z.int()), z.array(z.tuple([z.string(), z.number()]))]),
  }),
})

/** The words of a text, separated by spaces. */
export const wordsIn = (text: string): string[] => text.split(/\s+/u).filter(Boolean)

/**
 * Opens a tokeniser (`@huggingface/tokenizers`).
 *
 * @param where the folder, for messages
 * @throws LimbicError if it is not a tokeniser, or does not mark start and end by one token each
 */
export function openTokenizer(
  { tokenizer, config = {} }: TokenizerFiles,
  where: string,
  { likeAlbert = false }: TokenizerOptions = {},
): Tokenizer {
  validate(fileSchema, tokenizer, `${where}, tokenizer.json`)
  const settings = validate(z.looseObject({}), config, `${where}, tokenizer_config.json`)
  const pipeline = attempt(where, () => new Pipeline(Object(tokenizer), settings))
  const cut = (text: string) =>
    attempt(where, () => pipeline.encode(text, { add_special_tokens: false }).tokens)
  const pieces = likeAlbert ? (text: string) => likePublishedAlbert(text, cut) : cut
  const marked = attempt(where, () => pipeline.encode('').ids)
  const [begin, end] = marked
  if (begin === undefined || end === undefined || marked.length !== 2) {
    throw new LimbicError('the tokeniser does not mark the start and end of a text', {
      where,
      expected: 'one token each, such as [CLS] and [SEP]',
      got: `${marked.length} tokens for an empty text`,
      hint: 'Use the tokeniser of an ALBERT or BERT checkpoint',
    })
  }
  const vocabulary = attempt(where, () => pipeline.get_vocab())
  const unknown = pipeline.model?.unk_token_id ?? 0
  let size = 0
  for (const id of vocabulary.values()) size = Math.max(size, id + 1)
  return {
    pieces,
    size,
    encode(words, longest = Number.POSITIVE_INFINITY) {
      const [ids, owners] = [[begin], [-1]]
      for (const [word, text] of words.entries()) {
        if (ids.length >= longest - 1) break
        for (const piece of pieces(text)) {
          if (ids.length >= longest - 1) break
          ids.push(vocabulary.get(piece) ?? unknown)
          owners.push(word)
        }
      }
      return { ids: [...ids, end], words: [...owners, -1] }
    },
  }
}

/** `AlbertTokenizer._tokenize` of transformers 3.4.0, with SentencePiece's marks for spaces. */
function likePublishedAlbert(text: string, cut: (text: string) => string[]): string[] {
  const blank = '\u2581'
  return cut(wordsIn(text).join(' ')).flatMap((piece) => {
    if (!/\p{Nd},$/u.test(piece)) return [piece]
    const [first = '', ...rest] = cut(piece.slice(0, -1).replaceAll(blank, ''))
    if (piece.startsWith(blank) || !first.startsWith(blank)) return [first, ...rest, ',']
    return [...(first.length > 1 ? [first.slice(1)] : []), ...rest, ',']
  })
}

/** An error of the library on a file that it does not understand is the file's fault. */
function attempt<Result>(where: string, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    throw new LimbicError('the tokeniser cannot be used', {
      where: `${where}, tokenizer.json`,
      got: messageOf(error),
      hint: 'Get the tokenizer.json of an ALBERT or BERT checkpoint again',
    })
  }
}
