/** The files that a recipe needs besides recordings, identified by content. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from '../disk/files.js'
import {
  aboutResources,
  type Recipe,
  type ResourceName,
  resourceNames,
  resourcesOf,
} from '../media/recipes/index.js'
import type { ResourcePaths } from './job.js'
import { textEncoderFiles, widthInFolder } from './words/text-encoder.js'

/** The flags that name resources. */
const flags: Readonly<Record<ResourceName, string>> = {
  glove: '--glove',
  textEncoder: '--text-encoder',
  imageNetwork: '--image-network',
}

/**
 * @throws LimbicError if a file that the recipe needs is not named, or one that it does not need is
 */
export function checkResources(recipe: Recipe, paths: ResourcePaths): void {
  const needed = resourcesOf(recipe)
  const where = `recipe ${recipe.name}`
  for (const name of needed) {
    if (paths[name] !== undefined) continue
    const part = name === 'imageNetwork' ? 'vision' : 'text'
    throw new LimbicError(`needs ${aboutResources[name]}`, {
      where,
      hint: `Name it with ${flags[name]}, or leave ${part} out with --modalities`,
    })
  }
  for (const name of resourceNames) {
    if (paths[name] === undefined || needed.includes(name)) continue
    throw new LimbicError(`${flags[name]} is given, but nothing uses it`, { where })
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
