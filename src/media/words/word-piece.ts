/** Reads BERT's older files: a list of pieces instead of `tokenizer.json`. */
import { LimbicError } from '../../base/errors.js'

/**
 * The equivalent of `tokenizer.json` for BERT's tokeniser (Devlin et al., 2019; WordPiece).
 *
 * @param vocabulary `vocab.txt`: one piece per line, numbered from 0
 * @param lowercase `do_lower_case` of `tokenizer_config.json`, which also removes accents
 * @param where the file, for messages
 * @throws LimbicError if a special piece is missing
 */
export function wordPieceTokenizer(vocabulary: string, lowercase: boolean, where: string): unknown {
  const pieces = vocabulary.replace(/\r?\n$/, '').split(/\r?\n/)
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]))
  const marks = ['[UNK]', '[CLS]', '[SEP]'] as const
  const missing = marks.find((mark) => !pieces.includes(mark))
  if (missing) {
    throw new LimbicError(`the vocabulary has no ${missing}`, {
      where,
      expected: marks.join(', '),
      got: `${pieces.length} other pieces`,
      hint: 'Use the vocab.txt of a BERT checkpoint',
    })
  }
  const special = (name: string) => ({
    [name]: { id: name, ids: [pieces.indexOf(name)], tokens: [name] },
  })
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  return {
    version: '1.0',
    added_tokens: marks.map((content) => ({
      ...{ id: pieces.indexOf(content), content, special: true },
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
    })),
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true },
      ...{ strip_accents: null, lowercase },
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]')],
      pair: [],
      special_tokens: { ...special('[CLS]'), ...special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{ type: 'WordPiece', vocab, unk_token: '[UNK]' },
      ...{ continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
    },
  }
}
