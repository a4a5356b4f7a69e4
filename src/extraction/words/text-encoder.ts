/** Text encoders and tokenisers from a folder on disk. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes, readJson } from '../../disk/files.js'
import type { WordsExtractor } from '../../media/extract/index.js'
import {
  type EncodingRecipe,
  encoderWidth,
  openWordsFolder,
  type WordsFolder,
  wordsFiles,
} from '../../media/words/index.js'
import { nodeEngine } from '../../runtime/node.js'
import type { SessionOptions } from '../../runtime/session.js'

const onDisk = (folder: string): WordsFolder => ({
  name: folder,
  has: (file) => existsSync(join(folder, file)),
  read: (file) => readBytes(join(folder, file)),
})

/** The files of a folder that determine a recipe's words, in a fixed order. */
export function textEncoderFiles(folder: string, kind: EncodingRecipe['kind']): string[] {
  return wordsFiles(onDisk(folder), kind).map((name) => join(folder, name))
}

/** Numbers of a vector of the encoder in a folder. @throws LimbicError if its `config.json` does not say */
export function widthInFolder(folder: string): number {
  const file = join(folder, 'config.json')
  return encoderWidth(readJson(file), file)
}

/** `openWordsFolder` for a folder on disk. */
export function openWords(
  recipe: EncodingRecipe,
  folder: string,
  session: SessionOptions,
): Promise<WordsExtractor> {
  return openWordsFolder(nodeEngine, recipe, onDisk(folder), session)
}
