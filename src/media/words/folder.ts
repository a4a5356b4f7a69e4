/** Text encoders and tokenisers in Hugging Face's layout: a folder on disk, or files chosen in a page. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { parseJson, validate } from '../../base/schema.js'
import type { Engine } from '../../runtime/engine.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { WordsExtractor } from '../extract/index.js'
import type { WordsRecipe } from '../recipes/words.js'
import { openTextEncoder } from './encoder.js'
import { encoderExtractor, tokensExtractor } from './extractor.js'
import { sentencePieceTokenizer } from './sentence-piece.js'
import { openTokenizer, type TokenizerFiles } from './tokenizer.js'
import { wordPieceTokenizer } from './word-piece.js'

export type EncodingRecipe = Exclude<WordsRecipe, { readonly kind: 'glove' }>

/** The files of a folder. */
export interface WordsFolder {
  /** Its name or path, for messages. */
  readonly name: string
  has(file: string): boolean
  /** @throws LimbicError if it cannot be read */
  read(file: string): Uint8Array | Promise<Uint8Array>
}

/** Files with the pieces of a tokeniser; the first that exists is read. */
const pieceFiles = ['tokenizer.json', 'vocab.txt', 'spiece.model'] as const

/**
 * The names of the files that determine a recipe's words, in a fixed order.
 *
 * @throws LimbicError if the folder has no tokeniser
 */
export function wordsFiles({ name, has }: WordsFolder, kind: EncodingRecipe['kind']): string[] {
  const pieces = pieceFiles.find(has)
  if (pieces === undefined) {
    throw new LimbicError('is not a folder with a tokeniser', {
      where: name,
      expected: pieceFiles.join(' or '),
      got: 'none of these',
      hint: 'Name the folder of an ALBERT or BERT checkpoint',
    })
  }
  const optional = ['config.json', 'tokenizer_config.json'].filter(has)
  const needed = kind === 'encoder' ? ['config.json', 'model.safetensors'] : []
  return [...new Set([pieces, ...optional, ...needed])]
}

const configSchema = z.looseObject({ model_type: z.string().optional() })
const tokenizerConfigSchema = z.looseObject({
  do_lower_case: z.boolean().default(true),
  keep_accents: z.boolean().default(false),
  tokenizer_class: z.string().default(''),
})

async function textOf(folder: WordsFolder, file: string): Promise<string> {
  return new TextDecoder().decode(await folder.read(file))
}

async function jsonOf(folder: WordsFolder, file: string): Promise<unknown> {
  return parseJson(await textOf(folder, file), `${folder.name}/${file}`)
}

/** @throws LimbicError if a file is missing or not the one expected */
async function tokenizerFiles(folder: WordsFolder): Promise<TokenizerFiles> {
  const own = 'tokenizer_config.json'
  const config = folder.has(own) ? await jsonOf(folder, own) : {}
  if (folder.has('tokenizer.json')) {
    return { tokenizer: await jsonOf(folder, 'tokenizer.json'), config }
  }
  const place = (file: string) => `${folder.name}/${file}`
  const { do_lower_case, keep_accents } = validate(tokenizerConfigSchema, config, place(own))
  if (!folder.has('vocab.txt')) {
    const model = await folder.read('spiece.model')
    const normalising = { lowercase: do_lower_case, keepAccents: keep_accents }
    const tokenizer = sentencePieceTokenizer(model, normalising, place('spiece.model'))
    return { tokenizer, config }
  }
  const list = await textOf(folder, 'vocab.txt')
  return { tokenizer: wordPieceTokenizer(list, do_lower_case, place('vocab.txt')), config }
}

/**
 * Opens the tokeniser or text encoder of a recipe's words.
 *
 * @throws LimbicError if a file is missing, is not the one expected, or has another width than the
 * recipe
 */
export async function openWordsFolder(
  engine: Engine,
  recipe: EncodingRecipe,
  folder: WordsFolder,
  session: SessionOptions,
): Promise<WordsExtractor> {
  wordsFiles(folder, recipe.kind)
  const tokenizer = await tokenizerFiles(folder)
  const { name } = folder
  const { longest } = recipe
  if (recipe.kind === 'tokens') {
    const found = folder.has('config.json') ? await jsonOf(folder, 'config.json') : {}
    const config = validate(configSchema, found, `${name}/config.json`)
    const own = validate(tokenizerConfigSchema, tokenizer.config, name)
    const likeAlbert = config.model_type === 'albert' || /^Albert/.test(own.tokenizer_class)
    return tokensExtractor(openTokenizer(tokenizer, name, { likeAlbert }), longest)
  }
  const weights = await folder.read('model.safetensors')
  const files = { tokenizer, config: await jsonOf(folder, 'config.json'), weights }
  const encoder = await openTextEncoder(engine, files, name, { longest, session })
  if (recipe.width !== null && encoder.width !== recipe.width) {
    await encoder.close()
    throw new LimbicError('the text encoder has another width than the recipe', {
      where: name,
      expected: `${recipe.width} numbers a ${recipe.step}`,
      got: `${encoder.width}`,
    })
  }
  return encoderExtractor(encoder, recipe.step)
}
