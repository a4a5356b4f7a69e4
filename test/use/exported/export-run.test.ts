/** A run exported in a program, and training in one without opening its data. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import * as limbic from '../../../src/index.js'
import { exportModel, LimbicError, loadModel, predict, train } from '../../../src/index.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

beforeAll(async () => {
  for (const seed of [0, 1]) {
    await train({
      config: {
        settings: { hidden: 4 },
        data: { path: 'synthetic', synthetic: { train: 24, valid: 12, test: 12 } },
        training: { epochs: 1 },
        ...{ seed, threads: 1 },
      },
      folder: at('runs', `seed-${seed}`),
    })
  }
})

describe('exportModel, of the library', () => {
  it('writes the best of several seeds, which answers as the runs do', async () => {
    const { file, bytes, inputs, outputs } = exportModel(at('runs'), at('model.onnx'))
    expect(file).toBe(at('model.onnx'))
    expect(bytes).toBeGreaterThan(1000)
    expect(inputs.map(({ name }) => name)).toEqual(['text', 'audio', 'vision', 'lengths'])
    expect(outputs).toEqual([{ name: 'prediction', type: 'float32', shape: ['batch', 1] }])
    await using run = await loadModel(at('runs'))
    await using exported = await loadModel(file)
    const steps = (width = 0) => [0.3, -0.2].map((value) => new Float32Array(width).fill(value))
    const { text, audio, vision } = run.widths
    const sample = { text: steps(text), audio: steps(audio), vision: steps(vision) }
    const [[there], [here]] = [await run.predict([sample]), await exported.predict([sample])]
    expect(here?.prediction).toBeCloseTo(Number(there?.prediction), 5)
    expect(await predict(file, [sample])).toEqual([here])
    await expect(predict(file, [{ text: [] }])).rejects.toThrow(LimbicError)
  })

  it('gives out the maps that are asked for, by name or all', () => {
    const { outputs } = exportModel(at('runs'), at('all.onnx'), { maps: 'all' })
    expect(outputs.length).toBeGreaterThan(1)
    const [, map] = outputs
    const one = exportModel(at('runs'), at('one.onnx'), { maps: [map?.name ?? ''] })
    expect(one.outputs).toEqual([outputs[0], map])
    expect(() => exportModel(at('runs'), at('none.onnx'), { maps: ['msk'] })).toThrow(
      /no map "msk"/,
    )
    expect(existsSync(at('none.onnx'))).toBe(false)
  })

  it('takes nothing away that is no model, and says where there is no run', () => {
    mkdirSync(at('folder.onnx'))
    writeFileSync(at('notes.txt'), 'mine')
    expect(() => exportModel(at('runs'), at('folder.onnx'))).toThrow(/is a folder/)
    expect(() => exportModel(at('runs'), at('notes.txt'))).toThrow(
      /the output path is a file that is not a model/,
    )
    expect(() => exportModel(at('nowhere'), at('new.onnx'))).toThrow(/nowhere: no such folder/)
  })
})

describe('an exported model where a run is wanted', () => {
  it('is told from one, with what it is good for', () => {
    exportModel(at('runs'), at('from.onnx'))
    expect(() => exportModel(at('from.onnx'), at('to.onnx'))).toThrow(
      /from\.onnx: not a run folder: .*got an exported model.*limbic predict/,
    )
  })
})

describe('train, of the library', () => {
  it('says which key of its configuration is unknown', async () => {
    const config = { data: { path: 'synthetic' }, epoch: 3 }
    await expect(train({ config, folder: at('never') })).rejects.toThrow(
      /config: unknown key "epoch"/,
    )
    expect(existsSync(at('never'))).toBe(false)
  })
})

describe('a program without types', () => {
  const sayings = async (call: () => unknown) => {
    const failure = await Promise.resolve()
      .then(call)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LimbicError)
    return String(failure)
  }
  const call = (of: object, name: string, ...given: readonly unknown[]): unknown =>
    Reflect.apply(Reflect.get(of, name), of, given)

  it.each([
    ['train', [], /train: is missing/],
    ['train', [{ config: {} }], /train, folder: is missing/],
    ['compare', ['runs'], /compare: must be a list: expected a list of folders.*got "runs"/],
    ['compare', [[3]], /compare, path 0: is invalid: expected .*got 3/],
    ['exportModel', [], /exportModel, path: is missing/],
    ['exportModel', ['runs'], /exportModel, file: is missing/],
    ['loadModel', [], /loadModel, path: is missing/],
    ['loadModel', [3], /loadModel, path: is invalid/],
    ['loadModel', ['runs', { threads: '2' }], /loadModel, options, threads: is invalid/],
    ['loadModel', ['runs', { wating: 2 }], /unknown key "wating".*"waiting"/],
  ])('is told what %s of %j wants', async (name, given, says) => {
    expect(await sayings(() => call(limbic, name, ...given))).toMatch(says)
  })

  it('is told that predict takes a list', async () => {
    await using model = await loadModel(at('runs'))
    expect(await sayings(() => call(model, 'predict'))).toMatch(/must be a list.*got nothing/)
    expect(await sayings(() => call(model, 'predict', { id: 'a' }))).toMatch(/got \{"id":"a"\}/)
  })
})
