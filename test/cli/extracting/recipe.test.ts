/** Recipes that a command is given: by name, from a file, and in part. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRecipe } from '../../../src/cli/extracting/recipe.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()
const compact = recipeNamed('compact')

test('a recipe of a file is as one of a name, without what it was once made with', () => {
  const made = { glove: { name: 'glove.txt', digest: 'ab'.repeat(32) } }
  writeFileSync(at('mine.json'), JSON.stringify({ ...compact, name: 'mine', resources: made }))
  expect(readRecipe(at('mine.json'), undefined)).toEqual({ ...compact, name: 'mine' })
  const { vision: _, ...heard } = compact
  expect(readRecipe(at('mine.json'), 'audio')).toEqual({ ...heard, name: 'mine' })
  expect(readRecipe('compact', 'audio')).toEqual(heard)
})

test('what cannot be made is refused with a word', () => {
  const text = { kind: 'tokens', longest: 9 }
  writeFileSync(at('wrong.json'), JSON.stringify({ ...compact, aligned: true, text }))
  expect(() => readRecipe(at('wrong.json'), undefined)).toThrow(
    /wrong\.json, text: .*one step per word, and a word has several tokens/,
  )
  expect(() => readRecipe('compakt', undefined)).toThrow(/unknown recipe "compakt"/)
  expect(() => readRecipe('compact', 'text')).toThrow(/recipe compact has no text/)
})
