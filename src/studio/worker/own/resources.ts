/** What recipes need besides recordings, from files that were chosen in a page. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { LimbicError } from '../../../base/errors.js'
import type { ExtractorResources, WordsExtractor } from '../../../media/extract/index.js'
import { type Recipe, type ResourceName, resourcesOf } from '../../../media/recipes/index.js'
import {
  openWordsFolder,
  spellingsOf,
  streamWordVectors,
  vectorsExtractor,
  type WordsFolder,
  type WordVectors,
  wordsFiles,
} from '../../../media/words/index.js'
import type { Engine } from '../../../runtime/engine.js'
import { fetchBytes } from '../../../runtime/fetch.js'

/** A file and its name. */
export type NamedFile = Blob & { readonly name: string }

/** The files of each resource: of a text encoder or tokeniser those of its folder, otherwise one. */
export type ResourceFiles = Readonly<Partial<Record<ResourceName, readonly NamedFile[]>>>

/** The addresses of the models of faces: see `PageModels`. */
export interface FaceFiles {
  readonly faces: string | URL
  readonly expression: string | URL
}

/**
 * Opens what a recipe needs, of what was given.
 *
 * @throws LimbicError if a file is another one than in training, or cannot be read
 */
export async function openPageResources(
  engine: Engine,
  recipe: Recipe,
  files: ResourceFiles,
  models: FaceFiles,
): Promise<ExtractorResources> {
  const needed = resourcesOf(recipe)
  for (const name of needed) {
    const given = files[name]
    if (given && given.length > 0) await checkDigest(recipe, name, given)
  }
  const words = await wordsFrom(engine, recipe, files)
  const [network] = needed.includes('imageNetwork') ? (files.imageNetwork ?? []) : []
  return {
    ...(words && { words }),
    ...(network && { imageNetwork: await bytesOf(network) }),
    ...(recipe.vision && {
      faces: await fetchBytes(models.faces, 'a model'),
      expression: await fetchBytes(models.expression, 'a model'),
    }),
  }
}

async function wordsFrom(
  engine: Engine,
  { text }: Recipe,
  { glove = [], textEncoder = [] }: ResourceFiles,
): Promise<WordsExtractor | undefined> {
  if (!text) return undefined
  if (text.kind === 'glove') {
    const [file] = glove
    return file && vectorsExtractor(lookUpIn(file))
  }
  if (textEncoder.length === 0) return undefined
  return openWordsFolder(engine, text, folderOf(textEncoder), { threads: 1 })
}

/** Finds words in a file, which is read again only for words that were never looked for. */
function lookUpIn(file: NamedFile): (words: readonly string[]) => Promise<WordVectors> {
  const sought = new Set<string>()
  const vectors = new Map<string, Float32Array>()
  let width = 0
  return async (words) => {
    const fresh = spellingsOf(words).filter((word) => !sought.has(word))
    if (fresh.length > 0 || width === 0) {
      const found = await streamWordVectors(piecesOf(file), file.name, fresh)
      width = found.width
      for (const word of fresh) sought.add(word)
      for (const [word, vector] of found.vectors) vectors.set(word, vector)
    }
    return { width, vectors }
  }
}

function folderOf(files: readonly NamedFile[]): WordsFolder {
  const known = new Map(files.map((file) => [file.name, file]))
  return {
    name: 'the text encoder',
    has: (name) => known.has(name),
    read: async (name) => {
      const file = known.get(name)
      if (file) return bytesOf(file)
      throw new LimbicError('is missing', { where: name, got: [...known.keys()].join(', ') })
    },
  }
}

/** The digests of files, as extraction stores them in a recipe. */
async function checkDigest(
  { text, resources }: Recipe,
  name: ResourceName,
  files: readonly NamedFile[],
): Promise<void> {
  const trained = resources[name]
  if (!trained) return
  const isFolder = name === 'textEncoder' && text !== undefined && text.kind !== 'glove'
  const chosen = isFolder
    ? wordsFiles(folderOf(files), text.kind).flatMap(
        (file) => files.find((one) => one.name === file) ?? [],
      )
    : files.slice(0, 1)
  const digests = await Promise.all(
    chosen.map(async (file) => ({ name: file.name, digest: await digestOf(file) })),
  )
  const [only, ...others] = digests
  const lines = digests.map((one) => `${one.name} ${one.digest}\n`).join('')
  const digest =
    only && others.length === 0 ? only.digest : bytesToHex(sha256(new TextEncoder().encode(lines)))
  if (digest === trained.digest) return
  throw new LimbicError('is another file than the one of the training data', {
    where: chosen.map((file) => file.name).join(', '),
    expected: `${trained.name}, digest ${trained.digest.slice(0, 12)}`,
    got: `digest ${digest.slice(0, 12)}`,
  })
}

async function digestOf(file: Blob): Promise<string> {
  const hash = sha256.create()
  for await (const piece of piecesOf(file)) hash.update(piece)
  return bytesToHex(hash.digest())
}

/** The bytes of a file, piece by piece. */
async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  const size = 2 ** 22
  for (let from = 0; from < file.size; from += size) {
    yield new Uint8Array(await file.slice(from, from + size).arrayBuffer())
  }
}

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer())
