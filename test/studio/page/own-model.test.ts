/** Runs and exported files in Live and Try: they answer there what Node answers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWordVectors } from '../../../src/data/index.js'
import { openRecipe } from '../../../src/extraction/open-recipe.js'
import { withResources } from '../../../src/extraction/resources.js'
import { runConfig } from '../../../src/learn/config.js'
import { recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
import { vectorsExtractor } from '../../../src/media/words/index.js'
import { featuresWithin } from '../../../src/recognise/own/within.js'
import { trainRun } from '../../../src/runs/run.js'
import { answerSubsets } from '../../../src/use/answers.js'
import { checkClip } from '../../../src/use/clip-sample.js'
import { loadModel } from '../../../src/use/open/load.js'
import { hasBrowser } from '../../support/browser.js'
import { hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { smallCorpus } from '../../support/small-run.js'
import { makeDevices, realFace } from '../../support/studio/devices.js'
import { starterAnswers } from '../../support/studio/live-reference.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'
import { recordWorker, type WorkerRecord } from '../../support/studio/recorded-worker.js'

const at = temporaryPaths()

const vectors = ['good', 'news', 'no', 'thanks'].map(
  (word, row) => `${word} ${[1, -2, 3].map((value) => (value * (row + 1)) / 10).join(' ')}\n`,
)

/**
 * A small model of words, voice and face.
 *
 * @param isOurs whether its features were made by a recipe, which a page can follow
 */
async function trainSpoken(folder: string, isOurs = true): Promise<void> {
  const { audio, vision } = recipeNamed('compact')
  const bare = recipeSchema.parse({
    ...{ name: 'spoken', audio, vision, text: { kind: 'glove', width: 3 } },
  })
  const recipe = await withResources(bare, { glove: at('vectors.txt') })
  const dataset = {
    ...smallCorpus({ aligned: false, widths: { text: 3, audio: 64, vision: 7 } }),
    ...(isOurs && { recipe }),
  }
  const config = runConfig.parse({
    model: 'lf-trans',
    settings: { layers: 1 },
    data: { path: 'synthetic' },
    training: { epochs: 2, batchSize: 8 },
    threads: 1,
  })
  expect((await trainRun({ config, dataset, folder })).state).toBe('complete')
}

describe.skipIf(!hasBrowser || !hasFfmpeg)(
  'models of one’s own in Chromium (needs it, and ffmpeg)',
  () => {
    let here: StudioPage
    let worker: WorkerRecord

    beforeAll(async () => {
      mkdirSync(at('runs'))
      writeFileSync(at('vectors.txt'), vectors.join(''))
      await trainSpoken(at('runs', 'spoken'))
      await succeed('export', at('runs', 'spoken'), '--maps', '--out', at('spoken.onnx'))
      const devices = makeDevices(at)
      const both = ['-i', at('camera.y4m'), '-i', at('noise.wav'), '-map', '0:v', '-map', '1:a']
      runFfmpeg(...both, '-c:v', 'libx264', '-c:a', 'aac', '-shortest', at('clip.mp4'))
      writeFileSync(at('clip.srt'), '1\n00:00:00,500 --> 00:00:02,000\nGood news, no thanks\n')
      here = await openStudioPage({ folder: at('runs') }, ...devices)
      worker = await recordWorker(here.page)
    })
    afterAll(async () => {
      await here?.[Symbol.asyncDispose]()
      expect(here?.mistakes).toEqual([])
    })

    const chooseRun = async () => {
      const { page } = here
      await page.getByRole('combobox', { name: 'Model' }).selectOption('run spoken')
      await page.getByText(/^lf-trans, trained on/).waitFor()
    }
    const giveVectors = async () => {
      const { page } = here
      await page
        .locator('p', { hasText: 'word vectors' })
        .locator('input')
        .setInputFiles(at('vectors.txt'))
      await page.getByText('Uses word vectors').waitFor()
    }
    const recordings = (...files: string[]) => here.page.locator('.try-files').setInputFiles(files)
    /** What Node says to the clip. */
    const predicted = async (...more: string[]): Promise<number> => {
      const out = await succeed('predict', at('runs', 'spoken'), at('clip.mp4'), '--json', ...more)
      return JSON.parse(out).prediction
    }

    test('a recording has the answer of limbic predict, with words and without', async () => {
      const { page, open } = here
      await open('try')
      await chooseRun()
      await page.getByText('It was trained with word vectors').waitFor()
      await recordings(at('clip.mp4'))
      await page.locator('section .now').first().waitFor()
      const without = await worker.last('own-recognised')
      expect(without.recognised.answer.present).not.toContain('text')

      await giveVectors()
      await recordings(at('clip.srt'), at('clip.mp4'))
      await page.locator('section .now').nth(1).waitFor()
      const { recognised } = await worker.last('own-recognised')
      expect(recognised.answer.present).toContain('text')
      expect(recognised.answer.present).toContain('audio')
      const named = ['--words', at('clip.srt'), '--glove', at('vectors.txt')]
      const expected = await predicted(...named)
      expect(Math.abs((recognised.answer.scores[0] ?? Number.NaN) - expected)).toBeLessThan(1e-3)
      expect(recognised.timeline.length).toBeGreaterThan(5)
      await page.locator('section figure svg').first().waitFor()
      await expectAccessible(page)
    })

    test('another file of vectors than that of training is refused, and the model stays', async () => {
      const { page } = here
      writeFileSync(at('other.txt'), 'good 1 2 3\n')
      await page
        .locator('p', { hasText: 'word vectors' })
        .locator('input')
        .setInputFiles(at('other.txt'))
      await page.getByRole('alert').filter({ hasText: 'is another file' }).waitFor()
      await page.getByText('Uses word vectors').waitFor()
    })

    test('samples are answered as limbic predict answers them', async () => {
      const row = (width: number, value: number) =>
        Array.from({ length: width }, (_, at) => value / (at + 1))
      const samples = [
        { id: 'a', text: [row(3, 1), row(3, -1)], audio: [row(64, 2)], vision: [row(7, 1)] },
        { id: 'b', text: null, audio: [row(64, -1), row(64, 1)] },
      ]
      writeFileSync(
        at('samples.jsonl'),
        samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''),
      )
      await recordings(at('samples.jsonl'))
      const { answers } = await worker.last('answered')
      const out = await succeed('predict', at('runs', 'spoken'), at('samples.jsonl'), '--quiet')
      const expected: { id: string; prediction: number }[] = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(answers.map(({ id }) => id)).toEqual(['a', 'b'])
      for (const [place, answer] of answers.entries()) {
        const found = 'prediction' in answer ? Number(answer.prediction) : Number.NaN
        expect(Math.abs(found - (expected[place]?.prediction ?? Number.NaN))).toBeLessThan(1e-3)
      }
      await here.page
        .getByRole('region', { name: 'samples.jsonl' })
        .getByText('Prediction')
        .waitFor()
    })

    test('an exported file that was dropped is live: its answers are those of Node', async () => {
      const { page, open } = here
      await open('live')
      await page.locator('input[accept=".onnx"]').setInputFiles(at('spoken.onnx'))
      await page.getByText(/^lf-trans, trained on/).waitFor()
      await giveVectors()
      await page.getByLabel('What is said').fill('good thanks')
      await worker.clear()
      await page.getByRole('button', { name: 'Use camera and microphone' }).click()
      await page.locator('.adds tr', { hasText: 'Voice' }).filter({ hasText: /\d/ }).waitFor()
      await page.getByLabel('Seconds that an answer looks back').fill('2')
      await expect
        .poll(async () => (await worker.all('own-answer')).length, { timeout: 60_000 })
        .toBeGreaterThan(12)
      await page.getByLabel('Words', { exact: true }).uncheck()
      await page.locator('.adds tr', { hasText: 'Words' }).filter({ hasText: '–' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Stop' }).click()

      const [attention] = (await worker.all('attention')).slice(-1)
      const [heard] = attention?.attention.steps.filter(({ input }) => input === 'audio') ?? []
      expect(heard?.weights.length).toBeGreaterThan(100)
      expect((heard?.times.at(-1) ?? 0) - (heard?.times[0] ?? 0)).toBeCloseTo(2, 0)
      const answers = (await worker.all('own-answer')).map(({ answer }) => answer)
      const source = await worker.source()
      const model = await loadModel(at('runs', 'spoken'))
      const { recipe } = model.trainedOn
      if (!recipe) throw new Error('the run was trained by a recipe')
      const lookUp = (words: readonly string[]) => openWordVectors(at('vectors.txt'), words)
      const words = vectorsExtractor(lookUp)
      const extractor = await openRecipe(recipe, { glove: at('vectors.txt') }, { words })
      // All frames that were sent, and for each answer the sound that it says it is based on.
      const seen = await extractor.extract({ picture: { source } })
      let compared = 0
      for (const { time, answer, heard } of answers) {
        if (!answer || !heard) continue
        const sound = { source, range: heard }
        const { features } = await extractor.extract({ sound, text: 'good thanks' })
        const { vision } = featuresWithin(seen.features, heard.start, time + 1e-9)
        const all = { ...features, ...(vision && { vision }) }
        const expected = await answerSubsets(model, checkClip(model, 'x', all), answer.present)
        expect(answer.present).toContain('audio')
        expect(expected?.present).toEqual(answer.present)
        for (const [choice, scores] of answer.subsets.entries()) {
          for (const [output, score] of scores.entries()) {
            const other = expected?.subsets[choice]?.[output] ?? Number.NaN
            expect(Math.abs(score - other)).toBeLessThan(1e-3)
          }
        }
        compared++
      }
      expect(compared).toBeGreaterThan(5)
      if (realFace)
        expect(answers.some(({ answer }) => answer?.present.includes('vision'))).toBe(true)
      await extractor.close()
      await model.close()
    })

    test('the starter models are live with the answers of Node', async () => {
      const { page, open } = here
      await open('live')
      await page.getByRole('combobox', { name: 'Model' }).selectOption('starter')
      await page.getByText(/^lf-trans, trained on/).waitFor({ state: 'detached' })
      await worker.clear()
      await page.getByRole('button', { name: 'Use camera and microphone' }).click()
      await page.locator('.adds tr', { hasText: 'Voice' }).filter({ hasText: /%/ }).waitFor()
      const count = async () => (await worker.all('answer')).length
      const before = await count()
      await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(before + 8)
      await page.getByRole('button', { name: 'Stop' }).click()
      const answers = (await worker.all('answer')).map(({ answer }) => answer)
      const live = await starterAnswers(await worker.source())
      const told = answers.filter(({ alone }) => alone.voice)
      expect(told.length).toBeGreaterThan(5)
      for (const answer of told) expect(live.distance(answer)).toBeLessThan(1e-3)
      if (realFace) expect(told.some(({ alone }) => alone.face)).toBe(true)
    })

    test('a model whose features another program made says so in one line', async () => {
      const { page, open } = here
      await trainSpoken(at('runs', 'foreign'), false)
      await open('try')
      await page
        .getByLabel('Model')
        .locator('option[value="run foreign"]')
        .waitFor({ state: 'attached' })
      await page.getByRole('combobox', { name: 'Model' }).selectOption('run foreign')
      await page.getByText(/^Only feature files, under Try\. .*another program/).waitFor()
    })
  },
)
