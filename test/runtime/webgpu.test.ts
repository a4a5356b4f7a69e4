/** Models on WebGPU, in Chromium with SwiftShader where there is no graphics processor: Node's answers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/index.js'
import { predictionGraph } from '../../src/learn/step/graphs.js'
import { TrainingState } from '../../src/learn/step/state.js'
import { lfLstm, type Model, mmlatch, mult } from '../../src/models/index.js'
import { exportModel } from '../../src/use/exported/export.js'
import { hasBrowser, type OpenPage, type Site, serveSite } from '../support/browser.js'
import { temporaryPaths } from '../support/folders.js'
import {
  rawSamples,
  regression,
  smallSplit,
  smallStandardisation,
  smallWidths as widths,
} from '../support/models/small-model.js'
import type { calls } from './webgpu/main.js'

declare const window: { readonly calls: typeof calls }

const at = temporaryPaths()
const files = at('files')
const samples = rawSamples(smallSplit(5))

/** Loops, and attention; more would take SwiftShader long. */
const models: readonly (readonly [string, Model, object])[] = [
  ['mmlatch', mmlatch, { hidden: 8 }],
  ['mult', mult, { width: 6, heads: 2, layers: 2 }],
  ['lf-lstm', lfLstm, { hidden: 6 }],
]

function exported(model: Model, settings: object): Uint8Array {
  const configured = model.configure(settings)
  const graph = predictionGraph(configured, widths, regression)
  const weights = TrainingState.initial(graph, 11).snapshot()
  const metadata = { trainingData: 'made up', synthetic: true }
  const standardisation = smallStandardisation()
  return exportModel({
    ...{ model: configured, widths, task: regression, weights, standardisation, metadata },
  })
}

describe.skipIf(!hasBrowser)('models on WebGPU (needs Chromium)', () => {
  let site: Site
  let open: OpenPage

  beforeAll(async () => {
    mkdirSync(files, { recursive: true })
    for (const [name, model, settings] of models) {
      writeFileSync(join(files, `${name}.onnx`), exported(model, settings))
    }
    site = await serveSite(join(import.meta.dirname, 'webgpu'), files, at('site'))
    open = await site.open(
      ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--ignore-gpu-blocklist'],
      ...['--enable-features=Vulkan', '--use-vulkan=swiftshader'],
    )
  })

  afterAll(async () => {
    await site?.[Symbol.asyncDispose]()
  })

  test.for(models.map(([name]) => name))('%s answers as Node does', async (name, { skip }) => {
    const adapter = await open.page.evaluate(() => window.calls.adapter())
    // Chromium builds without SwiftShader have no adapter on a machine without a graphics processor.
    if (adapter === '') skip('the browser has no WebGPU adapter')
    const own = await loadModel(join(files, `${name}.onnx`), { threads: 1 })
    const expected = (await own.predict(samples)).map(({ prediction }) => Number(prediction))
    await own.close()
    const found = await open.page.evaluate(
      ({ file, given }) => window.calls.predict(file, 'webgpu', given),
      { file: `${name}.onnx`, given: JSON.stringify(samples) },
    )
    for (const [place, value] of found.entries()) {
      expect(value).toBeCloseTo(expected[place] ?? Number.NaN, 3)
    }
    expect(open.mistakes).toEqual([])
  })
})
