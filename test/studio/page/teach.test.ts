/** Teaching layers in the page: the answers change, a tab that is closed goes on, and Node learns the same. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emotionOf } from '../../../src/base/emotions.js'
import { runConfig } from '../../../src/learn/config.js'
import { recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
import { trainRun } from '../../../src/runs/run.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { decodeLessons, type Lessons } from '../../../src/studio/page/teach/lessons-file.js'
import { samplesIn } from '../../../src/studio/worker/teach/layers.js'
import { TeachableModel } from '../../../src/studio/worker/teach/teachable.js'
import { exportRun } from '../../../src/use/exported/export-run.js'
import { splitOf } from '../../../src/use/samples.js'
import { hasBrowser } from '../../support/browser.js'
import { hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { smallCorpus } from '../../support/small-run.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'
import { recordWorker, type WorkerRecord } from '../../support/studio/recorded-worker.js'
import { memory, voiceFile } from '../../support/studio/teaching.js'

declare global {
  interface Window {
    /** Makes the microphone hear noise that is low or high. */
    hear(kind: 'lowpass' | 'highpass'): void
    /** Closes the page at this epoch of learning, once. */
    closeAt(epoch: number): void
    /** The trainings that the browser had kept when the page was loaded. */
    keptAtLoad: Promise<readonly string[]>
  }
}

const at = temporaryPaths()

/** A microphone whose sound the test chooses, and a page that closes in the middle of learning. */
function inPage(): void {
  let filter: BiquadFilterNode | undefined
  let kind: BiquadFilterType = 'lowpass'
  window.hear = (next) => {
    kind = next
    if (filter) filter.type = next
  }
  navigator.mediaDevices.getUserMedia = async ({ video } = {}) => {
    if (video) throw new Error('there is no camera')
    const context = new AudioContext()
    const buffer = context.createBuffer(1, 4 * context.sampleRate, context.sampleRate)
    const samples = buffer.getChannelData(0)
    // Swells like syllables: a level that never changes is all voice or none.
    for (let place = 0; place < samples.length; place++) {
      const swell = 1 + Math.sin((4 * Math.PI * place) / context.sampleRate)
      samples[place] = 0.2 * (Math.random() - 0.5) * swell
    }
    const source = new AudioBufferSourceNode(context, { buffer, loop: true })
    filter = new BiquadFilterNode(context, { type: kind, frequency: 1500 })
    const out = new MediaStreamAudioDestinationNode(context)
    source.connect(filter).connect(out)
    source.start()
    return out.stream
  }
  window.closeAt = (epoch) => sessionStorage.setItem('close', String(epoch))
  const post = Worker.prototype.postMessage
  const known = new WeakSet<Worker>()
  Worker.prototype.postMessage = function (this: Worker, message: unknown) {
    if (!known.has(this)) {
      known.add(this)
      this.addEventListener('message', ({ data }) => {
        if (data.kind !== 'learning' || String(data.epoch) !== sessionStorage.getItem('close'))
          return
        sessionStorage.removeItem('close')
        location.reload()
      })
    }
    post.call(this, message)
  }
  const kept = async () => {
    const names: string[] = []
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
    return names.filter((name) => name.startsWith('teach-'))
  }
  window.keptAtLoad = kept()
}

describe.skipIf(!hasBrowser || !hasFfmpeg)('in Chromium (needs it, and ffmpeg)', () => {
  let here: StudioPage
  let worker: WorkerRecord

  beforeAll(async () => {
    const { audio, vision } = recipeNamed('compact')
    const recipe = recipeSchema.parse({ name: 'heard-and-seen', audio, vision })
    const dataset = {
      ...smallCorpus({ aligned: false, widths: { text: 3, audio: 64, vision: 7 } }),
      recipe,
    }
    const config = runConfig.parse({
      model: 'lf-lstm',
      settings: { modalities: ['audio', 'vision'], hidden: 4 },
      data: { path: 'synthetic' },
      training: { epochs: 1, batchSize: 8 },
      threads: 1,
    })
    expect((await trainRun({ config, dataset, folder: at('runs', 'small') })).state).toBe(
      'complete',
    )
    exportRun(at('runs', 'small'), at('small.onnx'))
    const noise = 'aevalsrc=0.2*(random(0)-0.5)*(1+sin(2*PI*2*t)):s=44100:d=4'
    runFfmpeg('-f', 'lavfi', '-i', noise, '-af', 'lowpass=1500', at('low.wav'))
    here = await openStudioPage(
      { folder: at('runs') },
      '--autoplay-policy=no-user-gesture-required',
    )
    await here.page.addInitScript(inPage)
    worker = await recordWorker(here.page)
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    expect(here?.mistakes).toEqual([])
  })

  const now = () => here.page.locator('.now')
  const begin = async () => {
    const { page } = here
    await page.getByRole('button', { name: 'Use camera and microphone' }).click()
    // The voice is heard after three seconds.
    await page.locator('.adds tr', { hasText: 'Voice' }).filter({ hasText: /\d/ }).waitFor()
  }
  const record = async (name: string, kind: 'lowpass' | 'highpass') => {
    const { page } = here
    await page.evaluate((next) => window.hear(next), kind)
    // What was heard before is no part of the take.
    await page.waitForTimeout(300)
    await page.getByRole('button', { name: `Record ${name}`, exact: true }).click()
    await page.getByText(`Recording ${name}`).waitFor()
    await page.getByText(`Recording ${name}`).waitFor({ state: 'detached' })
  }
  const saved = async (page: Page, button: string): Promise<Uint8Array> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    return new Uint8Array(readFileSync(await file.path()))
  }
  const learnAll = async (closeAt: number) => {
    const { page } = here
    await page.getByLabel('What learns').selectOption('all')
    await page.evaluate((epoch) => window.closeAt(epoch), closeAt)
    const closed = page.waitForEvent('framenavigated')
    await page.getByRole('button', { name: 'Learn from the takes' }).click()
    await closed
  }
  /**
   * What Node learns from the takes that the page kept answers them as the page's model does. Weights are not
   * compared: over sixty epochs Adam makes of the last bits, which differ, steps of their own where a gradient
   * is nearly 0.
   */
  const expectAsInNode = async (file: Uint8Array, { labels, takes, taught }: Lessons) => {
    const model = await TeachableModel.open(nodeEngine, file, 'model.onnx')
    const names = model.model.task.grouping.names.map(emotionOf)
    const classOf = (label: number) => names.indexOf(labels[label] ?? '')
    const answers = async () =>
      Array.from(await model.model.predictSplit(splitOf(samplesIn(takes), model.model.inputs)))
    const before = await answers()
    const expected = await model.learn('all', takes, classOf, memory())
    expect(taught?.epochs).toBe(expected.epochs)
    expect([...(taught?.weights.keys() ?? [])].sort()).toEqual([...expected.weights.keys()].sort())
    await model.use(expected.weights, expected.base)
    const inNode = await answers()
    await model.use(taught?.weights, taught?.base)
    const inPage = await answers()
    await model.close()
    const most = (some: readonly number[], others: readonly number[]) =>
      Math.max(...some.map((value, place) => Math.abs(value - (others[place] ?? Number.NaN))))
    const learned = most(inNode, before)
    expect(learned).toBeGreaterThan(0.05)
    expect(most(inPage, inNode)).toBeLessThan(learned / 50)
  }

  test('all of the starter voice model learns, is closed in between, and goes back', async () => {
    const { page, open } = here
    await open('teach')
    await begin()
    for (const [name, kind] of [
      ['happy', 'lowpass'],
      ['sad', 'highpass'],
      ['happy', 'lowpass'],
    ] as const) {
      await record(name, kind)
    }
    await learnAll(12)
    expect((await page.evaluate(() => window.keptAtLoad)).length).toBeGreaterThan(0)
    // It goes on by itself.
    await page.getByText('Learned from 2 takes.').waitFor()
    const table = page.locator('table', { hasText: 'kept aside' })
    const rows = (await table.locator('tbody tr').allInnerTexts()).map((row) => row.split('\t'))
    expect(rows.map(([shown]) => shown)).toEqual(['happy'])
    for (const [shown = '', , after = ''] of rows) expect(after.startsWith(shown)).toBe(true)
    await expectAccessible(page)
    await page.evaluate(() => window.hear('highpass'))
    await begin()
    await now().filter({ hasText: /^sad/ }).waitFor()
    const uses = page.getByLabel('Use what was learned')
    await uses.uncheck()
    await now()
      .filter({ hasText: /^(?!sad)/ })
      .waitFor()
    await uses.check()
    await now().filter({ hasText: /^sad/ }).waitFor()

    const bytes = await saved(page, 'Save takes and what was learned')
    const lessons = decodeLessons(bytes, 'starter', 'taught.safetensors')
    expect(lessons.takes.map(({ features }) => features?.size)).toEqual([1, 1, 1])
    await expectAsInNode(voiceFile, lessons)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Forget all takes' }).click()
    await table.waitFor({ state: 'detached' })
  })

  test('all of a run of one’s own learns, and is saved as a file that limbic predict reads', async () => {
    const { page, open } = here
    const choose = async () => {
      await page.getByRole('combobox', { name: 'Model' }).selectOption('run small')
      await page.getByText(/^lf-lstm, trained on/).waitFor()
    }
    await open('teach')
    await choose()
    await page.evaluate(() => window.hear('lowpass'))
    await begin()
    for (const [name, kind] of [
      ['neg++', 'lowpass'],
      ['pos++', 'highpass'],
      ['neg++', 'lowpass'],
    ] as const) {
      await record(name, kind)
    }
    await learnAll(12)
    await page
      .getByRole('combobox', { name: 'Model' })
      .locator('option', { hasText: 'small' })
      .waitFor({ state: 'attached' })
    await choose()
    await page.getByText('Learned from 2 takes.').waitFor()
    const lessons = await saved(page, 'Save takes and what was learned')
    const model = await worker.last('model')
    const content = decodeLessons(lessons, model.about?.lessons ?? '', 'taught.safetensors')
    await expectAsInNode(new Uint8Array(readFileSync(at('small.onnx'))), content)

    writeFileSync(at('taught.onnx'), await saved(page, 'Save the taught model'))
    const answerOf = async (file: string): Promise<number> => {
      const out = await succeed('predict', file, at('low.wav'), '--json')
      return JSON.parse(out).prediction
    }
    const [before, after] = [await answerOf(at('small.onnx')), await answerOf(at('taught.onnx'))]
    expect(Math.abs(after - before)).toBeGreaterThan(0.05)
    // Try answers by what was learned, and by the run as it was.
    const tried = async (): Promise<number> => {
      await open('try')
      await page.locator('.try-files').setInputFiles(at('low.wav'))
      const { recognised } = await worker.last('own-recognised')
      return recognised.answer.scores[0] ?? Number.NaN
    }
    expect(Math.abs((await tried()) - after)).toBeLessThan(1e-3)
    await open('teach')
    await page.getByLabel('Use what was learned').uncheck()
    expect(Math.abs((await tried()) - before)).toBeLessThan(1e-3)
  })
})
