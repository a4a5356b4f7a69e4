/** Text encoders and tokenisers from a folder in Hugging Face's layout. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import { readBytes, readJson, readText } from '../../disk/files.js'
import type { WordsExtractor } from '../../media/extract/index.js'
import type { WordsRecipe } from '../../media/recipes/words.js'
import {
  encoderExtractor,
  encoderWidth,
  openTextEncoder,
  openTokenizer,
  sentencePieceTokenizer,
  type TokenizerFiles,
  tokensExtractor,
  wordPieceTokenizer,
} from '../../media/words/index.js'
import { nodeEngine } from '../../runtime/node.js'
import type { SessionOptions } from '../../runtime/session.js'

type EncodingRecipe = Exclude<WordsRecipe, { readonly kind: 'glove' }>

/** Files with the pieces of a tokeniser; the first that exists is read. */
const pieceFiles = ['tokenizer.json', 'vocab.txt', 'spiece.model'] as const

/** The files of a folder that determine a recipe's words, in a fixed order. */
export function textEncoderFiles(folder: string, kind: EncodingRecipe['kind']): string[] {
  const there = (name: string) => existsSync(join(folder, name))
  const pieces = pieceFiles.find(there)
  if (pieces === undefined) {
    throw new LimbicError('is not a folder with a tokeniser', {
      where: folder,
      expected: pieceFiles.join(' or '),
      got: 'none of these',
      hint: 'Name the folder of an ALBERT or BERT checkpoint',
    })
  }
  const optional = ['config.json', 'tokenizer_config.json'].filter(there)
  const needed = kind === 'encoder' ? ['config.json', 'model.safetensors'] : []
  return [...new Set([pieces, ...optional, ...needed])].map((name) => join(folder, name))
}

const configSchema = z.looseObject({ model_type: z.string().optional() })
const tokenizerConfigSchema = z.looseObject({
  do_lower_case: z.boolean().default(true),
  keep_accents: z.boolean().default(false),
  tokenizer_class: z.string().default(''),
})

/** Numbers of a vector of the encoder in a folder. @throws LimbicError if its `config.json` does not say */
export function widthInFolder(folder: string): number {
  const file = join(folder, 'config.json')
  return encoderWidth(readJson(file), file)
}

/** @throws LimbicError if a file is missing or not the one expected */
function tokenizerFiles(folder: string): TokenizerFiles {
  const own = join(folder, 'tokenizer_config.json')
  const config = existsSync(own) ? readJson(own) : {}
  const whole = join(folder, 'tokenizer.json')
  if (existsSync(whole)) return { tokenizer: readJson(whole), config }
  const list = join(folder, 'vocab.txt')
  const { do_lower_case, keep_accents } = validate(tokenizerConfigSchema, config, own)
  if (!existsSync(list)) {
    const model = join(folder, 'spiece.model')
    const normalising = { lowercase: do_lower_case, keepAccents: keep_accents }
    return { tokenizer: sentencePieceTokenizer(readBytes(model), normalising, model), config }
  }
  return { tokenizer: wordPieceTokenizer(readText(list), do_lower_case, list), config }
}

/**
 * Opens the tokeniser or text encoder of a recipe's words.
 *
 * @throws LimbicError if a file is missing, is not the one expected, or has another width than the
 * recipe
 */
export async function openWords(
  recipe: EncodingRecipe,
  folder: string,
  session: SessionOptions,
): Promise<WordsExtractor> {
  textEncoderFiles(folder, recipe.kind)
  const tokenizer = tokenizerFiles(folder)
  const file = join(folder, 'config.json')
  const { longest } = recipe
  if (recipe.kind === 'tokens') {
    const config = existsSync(file) ? validate(configSchema, readJson(file), file) : {}
    const own = validate(tokenizerConfigSchema, tokenizer.config, folder)
    const likeAlbert = config.model_type === 'albert' || /^Albert/.test(own.tokenizer_class)
    return tokensExtractor(openTokenizer(tokenizer, folder, { likeAlbert }), longest)
  }
  const weights = readBytes(join(folder, 'model.safetensors'))
  const files = { tokenizer, config: readJson(file), weights }
  const encoder = await openTextEncoder(nodeEngine, files, folder, { longest, session })
  if (recipe.width !== null && encoder.width !== recipe.width) {
    await encoder.close()
    throw new LimbicError('the text encoder has another width than the recipe', {
      where: folder,
      expected: `${recipe.width} numbers a ${recipe.step}`,
      got: `${encoder.width}`,
    })
  }
  return encoderExtractor(encoder, recipe.step)
}
