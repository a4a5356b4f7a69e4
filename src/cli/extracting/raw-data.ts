/** Accepts folders of recordings as data sets, by extracting their features first. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { slug } from '../../base/slug.js'
import { shellWord } from '../../base/text/shell.js'
import type { RawCorpus } from '../../data/corpora/raw/index.js'
import { openStore } from '../../data/corpora/store/index.js'
import { isDatasetFolder } from '../../data/open.js'
import { lookAt } from '../../disk/files.js'
import { checkRecipe, type Recipe } from '../../media/recipes/index.js'
import type { Terminal } from '../terminal/terminal.js'
import { extractFolder } from './extract-folder.js'

/**
 * The path itself or, for a folder of recordings, the store of its features, which is written if it
 * does not exist.
 *
 * @param home the folder of such stores
 * @returns undefined if the extraction was stopped
 * @throws LimbicError if the recordings cannot be read, or the existing store has another recipe
 */
export async function withFeatures(
  terminal: Terminal,
  path: string,
  recipe: Recipe,
  home: string,
): Promise<string | undefined> {
  if (!isRecordings(path)) return path
  const parts = (['text', 'audio', 'vision'] as const).filter((part) => recipe[part])
  const name = basename(resolve(path))
  const out = join(home, slug([name, recipe.name, ...parts].join(' ')))
  if (existsSync(out)) {
    const { recipe: made, close } = openStore(out, { scan: false, unlabelled: true })
    close()
    checkRecipe(recipe, made, out)
    terminal.note(`${path}: its features are in ${shellWord(out)}; delete it to extract them again`)
    return out
  }
  const made = await extractFolder(terminal, path, {
    ...{ recipe, resources: {}, out, workers: availableParallelism(), corpus: {} },
    divide: divisionOf,
  })
  return made && out
}

const isRecordings = (path: string): boolean =>
  lookAt(path)?.isDirectory() === true && !isDatasetFolder(path)

/** As given, otherwise by speakers if they are known, otherwise at random. */
function divisionOf({ clips }: RawCorpus): 'given' | 'speakers' | 'random' {
  if (clips.every(({ split }) => split !== undefined)) return 'given'
  const speakers = new Set(clips.map(({ speaker }) => speaker))
  return speakers.size > 2 && !speakers.has(undefined) ? 'speakers' : 'random'
}
