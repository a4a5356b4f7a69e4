/** limbic reproduce with a folder of recordings in place of data. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg, runFfmpeg } from '../../../support/clips.js'
import { limbic, mistakeOf, succeed } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'

const at = temporaryPaths()

describe.skipIf(!hasFfmpeg)('limbic reproduce, of recordings (needs ffmpeg)', () => {
  test('makes their features once, by the recipe of the experiment', async () => {
    const corpus = at('voices')
    mkdirSync(corpus)
    const rows = Array.from({ length: 8 }, (_, index) => {
      const file = `${index}.wav`
      const pitch = index % 2 === 0 ? 200 : 900
      runFfmpeg('-f', 'lavfi', '-i', `sine=${pitch}:duration=0.4:r=16000`, join(corpus, file))
      return `${file},${index % 2 === 0 ? 'sad' : 'happy'},s${index >> 1}`
    })
    writeFileSync(join(corpus, 'manifest.csv'), ['path,emotion,speaker', ...rows, ''].join('\n'))
    const small = ['--folds', '4', '--seeds', '1', '--epochs', '1', '--threads', '1']
    const run = ['reproduce', 'starter-voice', '--data', corpus, ...small, '--out', at('runs/one')]
    const first = await limbic(run)
    expect(first.status).toBe(0)
    expect(first.stderr).toMatch(/divided by speakers/)
    expect(first.stdout).toMatch(/voice +\d/)
    const features = at('runs/features/voices-compact-audio')
    const { recipe } = JSON.parse(readFileSync(join(features, 'manifest.json'), 'utf8'))
    expect(recipe).toMatchObject({ name: 'compact' })
    expect(recipe.vision).toBeUndefined()
    expect((await limbic(run)).stderr).toMatch(/its features are in .*voices-compact-audio/)
    const unknown = mistakeOf(await limbic([...run, '--recipe', 'other']))
    expect(unknown).toMatch(/unknown recipe "other"/)
    // Without a recipe it is said what makes features.
    const trained = limbic(['train', 'voice', '--data', corpus, '--out', at('no')])
    expect(mistakeOf(await trained)).toMatch(/a folder of recordings.*limbic data extract/)
    expect(await succeed('data', 'inspect', features)).toMatch(/audio/)
  })
})
