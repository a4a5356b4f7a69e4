/** Files chosen in a page make the words that the same files on disk make. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecipe } from '../../../../src/extraction/open-recipe.js'
import { withResources } from '../../../../src/extraction/resources.js'
import { type Recipe, recipeSchema } from '../../../../src/media/recipes/index.js'
import { nodeEngine } from '../../../../src/runtime/node.js'
import { openPageResources } from '../../../../src/studio/worker/own/resources.js'
import { temporaryPaths } from '../../../support/folders.js'

const at = temporaryPaths()
const noFaces = { faces: 'none', expression: 'none' }
const fileOf = (path: string) => new File([readFileSync(path)], basename(path))

test('tokens of a folder, whose files have the digest of training', async () => {
  const folder = at('bert')
  mkdirSync(folder)
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'so', 'happy', '##ness', '.']
  writeFileSync(join(folder, 'vocab.txt'), `${pieces.join('\n')}\n`)
  writeFileSync(join(folder, 'tokenizer_config.json'), '{"do_lower_case": true}')
  const bare = recipeSchema.parse({ name: 'made', text: { kind: 'tokens', longest: 9 } })
  const recipe = await withResources(bare, { textEncoder: folder })
  const files = ['vocab.txt', 'tokenizer_config.json'].map((name) => fileOf(join(folder, name)))
  // Others of the folder do not matter.
  const given = [...files, new File(['x'], 'notes.md')]
  const chosen = await openPageResources(nodeEngine, recipe, { textEncoder: given }, noFaces)
  const onDisk = await openRecipe(recipe, { textEncoder: folder })
  const said = { text: 'So happy happiness.' }
  const { features } = await onDisk.extract(said)
  expect(await chosen.words?.extract(said)).toEqual(features.text)
  expect(features.text?.length).toBeGreaterThan(4)
  const [vocabulary = new File([], 'none')] = files
  await expect(
    openPageResources(nodeEngine, recipe, { textEncoder: [vocabulary] }, noFaces),
  ).rejects.toThrow(/is another file than the one of the training data/)
  await onDisk.close()
})

test('vectors of words are looked up once each, with and without a word', async () => {
  writeFileSync(at('vectors.txt'), 'good 1 2\nnews 3 4\n')
  const bare = recipeSchema.parse({ name: 'made', text: { kind: 'glove', width: 2 } })
  const recipe: Recipe = await withResources(bare, { glove: at('vectors.txt') })
  const file = fileOf(at('vectors.txt'))
  let reads = 0
  const slice = file.slice.bind(file)
  file.slice = (...range) => {
    reads++
    return slice(...range)
  }
  const { words } = await openPageResources(nodeEngine, recipe, { glove: [file] }, noFaces)
  const rowsOf = async (text: string) => [...((await words?.extract({ text }))?.values ?? [])]
  expect(await rowsOf('Good unknown news')).toEqual([1, 2, 0, 0, 3, 4])
  const before = reads
  expect(await rowsOf('news, unknown!')).toEqual([3, 4, 0, 0])
  expect(reads).toBe(before)
  // As in training, where a transcript without words is one row of zeros.
  expect(await rowsOf('...')).toEqual([0, 0])
  expect(await words?.extract({})).toBeUndefined()
})
