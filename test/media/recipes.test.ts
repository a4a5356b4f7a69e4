import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore, writeStore } from '../../src/data/corpora/store/index.js'
import { synthesise } from '../../src/data/corpora/synthetic/index.js'
import { randomSplits } from '../../src/data/prepare/split/index.js'
import {
  checkRecipe,
  recipeDifferences,
  recipeNamed,
  recipeSchema,
  recipes,
} from '../../src/media/recipes/index.js'
import { temporaryFolder } from '../support/folders.js'

test('a recipe survives being written', () => {
  for (const recipe of recipes.values()) {
    expect(recipeSchema.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe)
  }
})

test('what differs is named with both values', () => {
  const mesm = recipeNamed('mesm')
  const other = recipeSchema.parse({
    ...mesm,
    name: 'mine',
    audio: { ...mesm.audio, chunk: 16 },
    text: undefined,
  })
  expect(recipeDifferences(mesm, other)).toEqual([
    'text.kind: "tokens", here none',
    'text.longest: 50, here none',
    'audio.chunk: 32, here 16',
  ])
  expect(() => checkRecipe(mesm, other, 'clip.mp4')).toThrow(
    /clip\.mp4: .*another recipe.*expected recipe mesm, got recipe mine .*audio\.chunk: 32, here 16/,
  )
  // Names alone are no difference, and what is not known is not refused.
  checkRecipe(mesm, { ...mesm, name: 'mine' }, 'clip.mp4')
  checkRecipe(undefined, mesm, 'clip.mp4')
})

test('the recipe goes with the data into a store and through a division', async () => {
  const recipe = recipeNamed('compact')
  const folder = join(temporaryFolder(), 'store')
  await writeStore(
    { ...synthesise({ samples: { train: 40, valid: 10, test: 10 } }), recipe },
    folder,
  )
  const stored = await openStore(folder)
  expect(stored.recipe).toEqual(recipe)
  expect(randomSplits(stored).recipe).toEqual(recipe)
  stored.close()
})

test.each([
  ['text', 'mesm', { audio: undefined, vision: undefined }, /a word has several tokens/],
  ['audio', 'mesm', { text: undefined, vision: undefined }, /chunks have no mean/],
  ['vision', 'mesm', { text: undefined, audio: undefined }, /pictures have no mean/],
])('%s of %s cannot have one step per word', (part, name, without, why) => {
  const recipe = { ...recipeNamed(name), ...without }
  expect(recipeSchema.safeParse(recipe).success).toBe(true)
  const refused = recipeSchema.safeParse({ ...recipe, aligned: true })
  expect(refused.error?.issues).toMatchObject([
    { path: [part], message: expect.stringMatching(why) },
  ])
})

test('aligned recipes have words, voice and face as rows with times', () => {
  const encoder = { ...recipeNamed('encoder'), aligned: true }
  expect(recipeSchema.parse(encoder)).toEqual(encoder)
  const { text, audio } = encoder
  const fails = (changed: object) =>
    recipeSchema.safeParse({ ...encoder, ...changed }).error?.issues
  expect(fails({ text: { ...text, step: 'token' } })?.[0]?.message).toMatch(/several tokens/)
  expect(fails({ audio: { ...audio, cutSilence: true } })?.[0]?.message).toMatch(/has no times/)
})
