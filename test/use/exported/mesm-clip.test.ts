/**
 * A recording through an exported MESM: Limbic in Node, the runtime of Python, and Limbic in a page
 * from the recording on.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collateBatch } from '../../../src/data/batch.js'
import { openClipReader } from '../../../src/extraction/clip-reader.js'
import { checkClip, clipRecipe } from '../../../src/use/clip-sample.js'
import { feedsOf } from '../../../src/use/inputs.js'
import { loadModel } from '../../../src/use/open/load.js'
import { splitOf } from '../../../src/use/samples.js'
import type { calls } from '../../media/page/site/main.js'
import { hasBrowser, type Site, serveSite } from '../../support/browser.js'
import { hasFfmpeg, runFfmpeg } from '../../support/clips.js'
import { sharedPath, temporaryPaths } from '../../support/folders.js'
import { exportedMesm } from '../../support/models/exported-mesm.js'
import { plainFeeds } from '../../support/models/onnx.js'
import { findPython, runPython } from '../../support/python.js'

declare const window: { readonly calls: typeof calls }

const at = temporaryPaths()
const files = at('files')
const assets = resolve(import.meta.dirname, '../../../assets')
const python = findPython(['onnxruntime', 'numpy'])
const said = 'so we are happy , and sad .'

/** A real face and voice, where they are; its sound is AAC, which browsers decode by their own means. */
const real = sharedPath('data/media/clips/mer-sample_00000338.mp4')
const clips: readonly (readonly [name: string, path: string | undefined])[] = [
  ['generated frames and sound', join(files, 'made.mkv')],
  ['a real clip (needs ../shared)', real],
]

/** What Limbic in Node answers to a clip, and the feeds that it gives the model. */
async function answerInNode(path: string) {
  await using model = await loadModel(at('files', 'mesm.onnx'))
  const reader = await openClipReader(clipRecipe(model), [{ path, words: at('said.txt') }], {
    textEncoder: at('words'),
  })
  const { features } = await reader.read(0)
  await reader.close()
  const checked = checkClip(model, 'clip', features)
  const [answer] = await model.predictChecked([checked])
  const names = model.inputs.map(({ name }) => name)
  const batch = await collateBatch(splitOf([checked], model.inputs), Int32Array.of(0), names)
  const maps = model.maps.flatMap(({ kind, name }) => (kind === 'positions' ? name : []))
  const { prediction, maps: found } = await model.run(batch, maps)
  const selected = found.flatMap(({ name, value }) => (name.startsWith('active') ? value : []))
  return { answer, prediction, features, selected, feeds: feedsOf(batch, model.inputs) }
}

const script = `
import json, sys, numpy as np, onnxruntime
given = json.load(open(sys.argv[2]))
feeds = {name: np.array(value["data"], value["type"]).reshape(value["shape"]) for name, value in given.items()}
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(json.dumps(session.run(["prediction"], feeds)[0].ravel().tolist()))
`

describe.skipIf(!hasFfmpeg)('a clip through an exported MESM (needs ffmpeg)', () => {
  let site: Site | undefined
  beforeAll(async () => {
    mkdirSync(at('words'))
    mkdirSync(files)
    const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...new Set(said.split(' '))]
    writeFileSync(at('words', 'vocab.txt'), pieces.join('\n'))
    writeFileSync(at('said.txt'), said)
    writeFileSync(join(files, 'mesm.onnx'), await exportedMesm(at('words')))
    for (const name of ['mtcnn.safetensors', 'face-expression.safetensors']) {
      copyFileSync(join(assets, name), join(files, name))
    }
    copyFileSync(at('words', 'vocab.txt'), join(files, 'vocab.txt'))
    if (real) copyFileSync(real, join(files, basename(real)))
    const voice = '0.3*sin(2*PI*(120*t+40*t*t))+0.1*sin(2*PI*(360*t+120*t*t))+0.05*(random(0)-0.5)'
    runFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=2,gblur=sigma=2'],
      ...['-f', 'lavfi', '-i', `aevalsrc=${voice}:s=16000:d=2`],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'flac', join(files, 'made.mkv')],
    )
    if (!hasBrowser) return
    site = await serveSite(resolve(import.meta.dirname, '../../media/page/site'), files, at('site'))
  })
  afterAll(() => site?.[Symbol.asyncDispose]())

  describe.each(clips)('%s', (_, path) => {
    if (path === undefined) return void test.skip('is not there')
    let node: Awaited<ReturnType<typeof answerInNode>>
    beforeAll(async () => {
      node = await answerInNode(path)
    })

    test('has faces, sound and words, of which some positions are read', () => {
      expect(Object.keys(node.features).sort()).toEqual(['audio', 'text', 'vision'])
      expect(node.features.vision?.length).toBeGreaterThan(2)
      for (const { data } of node.selected) {
        const share = Array.from(data, Number).reduce((sum, one) => sum + one, 0) / data.length
        expect(share).toBeGreaterThan(0)
        expect(share).toBeLessThan(0.7)
      }
    })

    test.skipIf(!python)("in Python's onnxruntime (LIMBIC_PYTHON, or python3)", () => {
      writeFileSync(at('feeds.json'), JSON.stringify(plainFeeds(node.feeds)))
      const found: unknown = JSON.parse(
        runPython(python, script, join(files, 'mesm.onnx'), at('feeds.json')),
      )
      const expected = Array.from(node.prediction.data, Number)
      expect(found).toEqual(expected.map((value) => expect.closeTo(value, 4)))
    })

    test.skipIf(!hasBrowser)('in Chromium, from the file on (LIMBIC_CHROMIUM)', async () => {
      if (!site) throw new Error('no site')
      await using open = await site.open()
      const found = await open.page.evaluate(
        ([file, words]) => window.calls.answer(file, 'mesm.onnx', words),
        [basename(path), said] as const,
      )
      const { answer } = node
      const expected =
        answer && 'probabilities' in answer ? Object.entries(answer.probabilities) : []
      expect(expected).toHaveLength(3)
      for (const [name, probability] of expected) {
        expect(Math.abs((found.probabilities[name] ?? Number.NaN) - probability)).toBeLessThan(1e-4)
      }
      expect(open.mistakes).toEqual([])
    })
  })
})
