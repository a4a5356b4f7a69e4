/** Features in a page: headless Chromium makes the numbers that Node makes, by the same graphs. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMedia } from '../../../src/media/decode/node/index.js'
import { openExtractor } from '../../../src/media/extract/index.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import { recognise } from '../../../src/recognise/node.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { hasBrowser, type OpenPage, type Site, serveSite } from '../../support/browser.js'
import { hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { sharedPath, temporaryPaths } from '../../support/folders.js'
import { expectSameFaces, expectSameFeatures } from './compare.js'
import { type FaceOptions, facesOf, featuresOf } from './measure.js'
import type { calls } from './site/main.js'

declare const window: { readonly calls: typeof calls }

const at = temporaryPaths()
const files = at('files')
const assets = resolve(import.meta.dirname, '../../../assets')
const weights = {
  faces: readFileSync(join(assets, 'mtcnn.safetensors')),
  expression: readFileSync(join(assets, 'face-expression.safetensors')),
}
/** Real faces and voices, where they are. */
const real = ['dfew-happy', 'mer-sample_00000338']
  .map((name) => sharedPath(`data/media/clips/${name}.mp4`))
  .filter((path) => path !== undefined)

describe.skipIf(!hasBrowser || !hasFfmpeg)('features in Chromium (needs it, and ffmpeg)', () => {
  let site: Site
  let open: OpenPage

  beforeAll(async () => {
    mkdirSync(files)
    // A voice that glides, with overtones, and noise; a picture in motion.
    const voice = '0.3*sin(2*PI*(120*t+40*t*t))+0.1*sin(2*PI*(360*t+120*t*t))+0.05*(random(0)-0.5)'
    runFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=3,gblur=sigma=2'],
      ...['-f', 'lavfi', '-i', `aevalsrc=${voice}:s=44100:d=3`],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', join(files, 'made.mp4')],
    )
    for (const name of ['mtcnn.safetensors', 'face-expression.safetensors', 'starter-voice.onnx']) {
      copyFileSync(join(assets, name), join(files, name))
    }
    for (const path of real) copyFileSync(path, join(files, basename(path)))
    site = await serveSite(join(import.meta.dirname, 'site'), files, at('site'))
    open = await site.open()
  })
  afterAll(async () => {
    expect(open?.mistakes).toEqual([])
    await site?.[Symbol.asyncDispose]()
  })

  const clips = ['made.mp4', ...real.map((path) => basename(path))]

  test.each(clips)('of the sound of %s are those of Node', async (name) => {
    const source = await openMedia(join(files, name))
    const expected = await featuresOf(nodeEngine, source)
    await source.close()
    const found = await open.page.evaluate((file) => window.calls.features(file), name)
    expectSameFeatures(expected, found)
  })

  /** Faces of a clip in Node and in the page, which must be the same ones. */
  async function compareFaces(name: string, options: FaceOptions) {
    const source = await openMedia(join(files, name))
    const expected = await facesOf(nodeEngine, source, weights, options)
    await source.close()
    const found = await open.page.evaluate(([file, how]) => window.calls.faces(file, how), [
      name,
      options,
    ] as const)
    expectSameFaces(expected, found)
    return expected.reduce((sum, { faces }) => sum + faces.length, 0)
  }

  test('what looks like a face to lenient networks is the same in both', async () => {
    const faces = await compareFaces('made.mp4', {
      request: { frames: { rate: 2 } },
      thresholds: [0.3, 0.05, 0.01],
    })
    expect(faces).toBeGreaterThan(0)
  })

  test.each(real.map((path) => basename(path)))('faces of %s (real clips)', async (name) => {
    const faces = await compareFaces(name, {
      request: { frames: { rate: 2 }, longest: 640 },
    })
    expect(faces).toBeGreaterThan(0)
  })

  test.each(clips)('all of recipe compact of %s is that of Node', async (name) => {
    const source = await openMedia(join(files, name))
    const extractor = await openExtractor(nodeEngine, recipeNamed('compact'), weights)
    const expected = await extractor.extract({ sound: { source }, picture: { source } })
    await extractor.close()
    await source.close()
    const found = await open.page.evaluate((file) => window.calls.extract(file, 'compact'), name)
    expect(found.remarks).toEqual(expected.remarks)
    expect(Object.keys(found.features)).toEqual(Object.keys(expected.features))
    expect(Object.keys(found.features)).toContain('audio')
    for (const [feature, { shape, length, values, times }] of Object.entries(expected.features)) {
      const other = found.features[feature]
      expect(other).toMatchObject({ shape, length, times: [...(times ?? [])] })
      const numbers = Array.from(values, Number)
      expect(other?.values.length).toBe(numbers.length)
      const largest = numbers.reduce((most, one) => Math.max(most, Math.abs(one)), 1)
      const off = numbers.reduce(
        (most, one, place) => Math.max(most, Math.abs(one - (other?.values[place] ?? Number.NaN))),
        0,
      )
      expect(off / largest, feature).toBeLessThan(1e-3)
    }
  })

  test.each(real.map((path) => basename(path)))('%s is recognised as in Node', async (name) => {
    const expected = await recognise(join(files, name))
    const found = await open.page.evaluate((file) => window.calls.recognise(file), name)
    expect(found.emotion).toBe(expected.emotion)
    expect(found.emotions).toEqual(expected.emotions)
    expect(found.timeline.length).toBe(expected.timeline.length)
    for (const [place, probability] of expected.probabilities.entries()) {
      expect(found.probabilities[place]).toBeCloseTo(probability, 3)
    }
  })
})
