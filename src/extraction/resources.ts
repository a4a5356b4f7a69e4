/** The files that a recipe needs besides recordings, identified by content. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from '../disk/files.js'
import type { Recipe } from '../media/recipes/index.js'
import type { ResourcePaths } from './job.js'
import { textEncoderFiles, widthInFolder } from './words/text-encoder.js'

/** The flag that names a resource, and a description. */
const flags: Readonly<Record<keyof ResourcePaths, readonly [flag: string, what: string]>> = {
  glove: ['--glove', 'word vectors (a text file of GloVe)'],
  textEncoder: ['--text-encoder', 'the folder of a text encoder or tokeniser'],
  imageNetwork: ['--image-network', 'a network for pictures (ONNX)'],
}

/** The resources that a recipe needs. */
export function resourcesOf({ text, vision }: Recipe): (keyof ResourcePaths)[] {
  return [
    ...(text ? [text.kind === 'glove' ? ('glove' as const) : ('textEncoder' as const)] : []),
    ...(vision?.kind === 'image-network' ? ['imageNetwork' as const] : []),
  ]
}

/**
 * @throws LimbicError if a file that the recipe needs is not named, or one that it does not need is
 */
export function checkResources(recipe: Recipe, paths: ResourcePaths): void {
  const needed = resourcesOf(recipe)
  const where = `recipe ${recipe.name}`
  for (const name of needed) {
    if (paths[name] !== undefined) continue
    const [flag, what] = flags[name]
    const part = name === 'imageNetwork' ? 'vision' : 'text'
    throw new LimbicError(`needs ${what}`, {
      where,
      hint: `Name it with ${flag}, or leave ${part} out with --modalities`,
    })
  }
  for (const name of keysOf(paths)) {
    if (paths[name] === undefined || needed.includes(name)) continue
    throw new LimbicError(`${flags[name][0]} is given, but nothing uses it`, { where })
  }
}

/**
 * The recipe with the width of its words and the digests of its resources, so that features
 * computed with another file are not mistaken for the same.
 *
 * @throws LimbicError if something is missing, is not needed, or cannot be read
 */
export async function withResources(recipe: Recipe, paths: ResourcePaths): Promise<Recipe> {
  checkResources(recipe, paths)
  const resources: Recipe['resources'] = {}
  for (const name of resourcesOf(recipe)) {
    const path = paths[name]
    if (path === undefined) continue
    const { text } = recipe
    const files =
      name === 'textEncoder' && text && text.kind !== 'glove'
        ? textEncoderFiles(path, text.kind)
        : [path]
    resources[name] = { name: basename(resolve(path)), digest: await digestOf(files) }
  }
  return { ...withWidth(recipe, paths), resources }
}

/** Fills in the width of words if the recipe leaves it to the encoder. */
function withWidth(recipe: Recipe, { textEncoder }: ResourcePaths): Recipe {
  const { text } = recipe
  if (text?.kind !== 'encoder' || text.width !== null || textEncoder === undefined) return recipe
  return { ...recipe, text: { ...text, width: widthInFolder(textEncoder) } }
}

/** Word vectors are looked up once for all clips; the workers do not use them. */
export function recipeOfWorkers(recipe: Recipe): Recipe {
  if (recipe.text?.kind !== 'glove') return recipe
  const { text: _, ...rest } = recipe
  const { glove: __, ...resources } = rest.resources
  return { ...rest, resources }
}

function keysOf(paths: ResourcePaths): (keyof ResourcePaths)[] {
  return (['glove', 'textEncoder', 'imageNetwork'] as const).filter((name) => name in paths)
}

/** The digest of one file's content, or of several files' names and digests. */
async function digestOf(paths: readonly string[]): Promise<string> {
  const [only, ...others] = paths
  if (only !== undefined && others.length === 0) return contentDigest(only)
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${basename(path)} ${await contentDigest(path)}\n`)
  return hash.digest('hex')
}

async function contentDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const piece of createReadStream(path)) hash.update(piece)
  } catch (error) {
    throw explainFileError(error, path)
  }
  return hash.digest('hex')
}
