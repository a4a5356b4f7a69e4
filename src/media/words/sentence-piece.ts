/** ALBERT's older file: SentencePiece's model (`spiece.model`) instead of `tokenizer.json`. */
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { LimbicError, messageOf } from '../../base/errors.js'

/** Field numbers of `ModelProto` and its parts (sentencepiece_model.proto). */
const fields = { pieces: 1, trainer: 2, normaliser: 3 } as const
const ofPiece = { piece: 1, score: 2, type: 3 } as const
const ofTrainer = { modelType: 3 } as const
const ofNormaliser = { charsmap: 2 } as const
const unigram = 1
/** Types of pieces; normal ones have none. */
const types = { unknown: 2, control: 3, own: 4 } as const

interface Piece {
  readonly piece: string
  /** Its logarithmic probability. */
  readonly score: number
  readonly type: number
}

interface SentencePieceModel {
  readonly pieces: readonly Piece[]
  readonly modelType: number
  /** Whether it has a table of characters that are written otherwise: Unicode's NFKC and blanks, as trained by default. */
  readonly folds: boolean
}

/** How ALBERT's texts are normalised (`tokenizer_config.json`). */
export interface AlbertNormalising {
  /** Default: true. */
  readonly lowercase?: boolean
  /** Default: false. */
  readonly keepAccents?: boolean
}

/**
 * What `tokenizer.json` would say of ALBERT's tokeniser (Lan et al., 2020; SentencePiece's unigrams,
 * Kudo, 2018), as `AlbertConverter` of transformers writes it, but for the scores of pieces that end in a digit
 * and a comma: `likeAlbert` of `openTokenizer` cuts these as the published tokeniser does.
 *
 * @param bytes `spiece.model`
 * @param where the file, for messages
 * @throws LimbicError if it is damaged, not a unigram model, or lacks a special piece
 */
export function sentencePieceTokenizer(
  bytes: Uint8Array,
  { lowercase = true, keepAccents = false }: AlbertNormalising,
  where: string,
): unknown {
  const { pieces, modelType, folds } = readModel(bytes, where)
  const hint = 'Save tokenizer.json beside it with save_pretrained of transformers'
  if (modelType !== unigram) {
    throw new LimbicError('is another kind of SentencePiece model', {
      ...{ where, expected: 'unigrams, as ALBERT has them', got: `model type ${modelType}`, hint },
    })
  }
  const idOf = (piece: string) => pieces.findIndex((known) => known.piece === piece)
  const marks = ['[CLS]', '[SEP]'] as const
  const unknown = pieces.findIndex(({ type }) => type === types.unknown)
  const missing = unknown < 0 ? 'piece for what is unknown' : marks.find((mark) => idOf(mark) < 0)
  if (missing !== undefined) {
    throw new LimbicError(`the model has no ${missing}`, {
      ...{ where, expected: marks.join(' and '), got: `${pieces.length} other pieces`, hint },
    })
  }
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const quote = (given: string) => ({ type: 'Replace', pattern: { String: given }, content: '"' })
  return {
    version: '1.0',
    added_tokens: pieces.flatMap(({ piece: content, type }, id) =>
      type === types.control || type === types.own
        ? [
            {
              ...{ id, content, special: true },
              ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
            },
          ]
        : [],
    ),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...[quote('``'), quote("''")],
        ...(keepAccents ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
        ...(lowercase ? [{ type: 'Lowercase' }] : []),
        ...(folds ? [{ type: 'Precompiled', precompiled_charsmap: null }] : []),
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    pre_tokenizer: {
      ...{ type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        marks.map((name) => [name, { id: name, ids: [idOf(name)], tokens: [name] }]),
      ),
    },
    decoder: {
      ...{ type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    },
    model: {
      ...{ type: 'Unigram', unk_id: unknown, byte_fallback: false },
      vocab: pieces.map(({ piece, score }) => [piece, score]),
    },
  }
}

/** @throws LimbicError if the bytes are not such a message */
function readModel(bytes: Uint8Array, where: string): SentencePieceModel {
  const pieces: Piece[] = []
  let modelType: number = unigram
  let folds = false
  try {
    eachField(bytes, (field, reader) => {
      if (field === fields.pieces) pieces.push(readPiece(reader.bytes()))
      else if (field === fields.trainer) modelType = readModelType(reader.bytes())
      else if (field === fields.normaliser) folds = hasTable(reader.bytes())
      else return false
      return true
    })
  } catch (error) {
    throw new LimbicError('is not a SentencePiece model, or is damaged', {
      where,
      got: messageOf(error),
      hint: 'Get the spiece.model of the checkpoint again',
    })
  }
  return { pieces, modelType, folds }
}

function readPiece(bytes: Uint8Array): Piece {
  let [piece, score, type] = ['', 0, 1]
  eachField(bytes, (field, reader) => {
    if (field === ofPiece.piece) piece = reader.string(true)
    else if (field === ofPiece.score) score = reader.float()
    else if (field === ofPiece.type) type = reader.int32()
    else return false
    return true
  })
  return { piece, score, type }
}

function readModelType(bytes: Uint8Array): number {
  let type: number = unigram
  eachField(bytes, (field, reader) => {
    if (field !== ofTrainer.modelType) return false
    type = reader.int32()
    return true
  })
  return type
}

function hasTable(bytes: Uint8Array): boolean {
  let size = 0
  eachField(bytes, (field, reader) => {
    if (field !== ofNormaliser.charsmap) return false
    size = reader.bytes().length
    return true
  })
  return size > 0
}

/** Reads the fields of a message; those for which `read` returns false are skipped. */
function eachField(
  bytes: Uint8Array,
  read: (field: number, reader: BinaryReader) => boolean,
): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (!read(field, reader)) reader.skip(type, field)
  }
}
